import { createMemoryGate, type GateReplica } from './adapters/memory/memory-gate.ts';
import { createMemoryLedger } from './adapters/memory/memory-ledger.ts';
import { createMemoryWaitingRoom } from './adapters/memory/memory-waiting-room.ts';
import { rememberDigest } from './adapters/memory/remembered-digest.ts';
import { createSeededRandom } from './adapters/memory/seeded-random.ts';
import { jsonRecordCodec } from './adapters/node/json-record-codec.ts';
import { nodeDigest } from './adapters/node/node-digest.ts';
import type { WorldParts } from './toolkit/simulate/world/world-parts.ts';

/** Far more than one world asks for: 0.5 MB. */
const rememberedDigests = 2_000;

/** What simulated worlds are made of: the adapters of the embedded product. */
export function composeSimulation(): WorldParts {
  return {
    gate(clock) {
      const gate = createMemoryGate({ clock });
      return {
        gate,
        room: createMemoryWaitingRoom({ gate }),
        stockNow: (saleId, epoch) => gate.openSale(saleId, epoch)?.stock() ?? null,
        lose: gate.lose,
        restart: gate.restart,
        copy: gate.replica,
        failOver: (copy) => gate.failOver(copy as GateReplica), // a copy comes from `copy` above and from nowhere else
      };
    },
    ledger: (clock) => createMemoryLedger({ clock }),
    codec: jsonRecordCodec,
    digest: rememberDigest(nodeDigest, rememberedDigests),
    chance: createSeededRandom,
    drained: (goOn) =>
      process.nextTick(() => {
        while (goOn()) runReady();
      }),
  };
}

/**
 * Runs all promises that are ready, here and now; from a tick, as no promise may be running. Node has it without describing it
 * (DEP0134 among its deprecations). A tick and a promise for each step say the same, and are a tenth of what a world costs.
 */
const { _tickCallback: runReady } = process as unknown as { readonly _tickCallback: () => void };

/** The program of one job, beside this file: one for seeds, one for the sales of a policy question. */
export function simulationWorker(name: 'simulate-worker' | 'policy-worker' = 'simulate-worker'): URL {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  return new URL(`./${name}.${extension}`, import.meta.url);
}
