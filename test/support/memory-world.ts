import { createMemoryGate } from '../../src/adapters/memory/memory-gate.ts';
import { createMemoryLedger } from '../../src/adapters/memory/memory-ledger.ts';
import { createMemoryOrderLog } from '../../src/adapters/memory/memory-order-log.ts';
import { createMemoryWaitingRoom } from '../../src/adapters/memory/memory-waiting-room.ts';
import { createVirtualClock } from '../../src/adapters/memory/virtual-clock.ts';
import { jsonRecordCodec } from '../../src/adapters/node/json-record-codec.ts';
import { nodeDigest } from '../../src/adapters/node/node-digest.ts';
import { nodeRandom } from '../../src/adapters/node/node-random.ts';
import { createEngine, type EngineParts, type EngineSettings } from '../../src/engine/create-engine.ts';
import type { IdempotencyKey, ProductId, SaleId, ServerId, UserId } from '../../src/engine/domain/ids.ts';
import type { NewOrder, PlaceOutcome } from '../../src/engine/engine.ts';

export const ticket = 'ticket' as ProductId;
export const night = 'night' as SaleId;

export const settings: EngineSettings = {
  appendDeadlineMs: 1_500,
  serverLeaseMs: 10_000,
  serverRenewMs: 500,
  relayAfterMs: 2_000,
  endOrderDeadlineMs: 4_000,
  maxWaitingOrders: 1_000,
  maxAppendsInFlight: 4,
  passSeconds: 120,
  ticketSeconds: 3_600,
  logRetention: null,
  holder: 'test:1',
};

/** A whole sale in memory under a virtual clock: the engine's double of a night. */
export function createMemoryWorld(
  overrides: { readonly parts?: Partial<EngineParts>; readonly settings?: Partial<EngineSettings> } = {},
) {
  const clock = createVirtualClock();
  const codec = jsonRecordCodec;
  const gate = createMemoryGate({ clock });
  const ledger = createMemoryLedger({ clock });
  const orderLog = createMemoryOrderLog({ partitions: 2, clock, codec });
  const room = createMemoryWaitingRoom({ gate });
  const counts: Record<string, number> = {};
  const faults: string[] = [];
  const notes: string[] = [];
  let servers = 0;
  const parts: EngineParts = {
    gate,
    room,
    orderLog,
    ledger,
    clock,
    codec,
    random: nodeRandom,
    digest: nodeDigest,
    ids: { serverId: () => `server-${++servers}` as ServerId },
    telemetry: {
      count(what, n = 1) {
        counts[what] = (counts[what] ?? 0) + n;
      },
      fault: (where, error) => void faults.push(`${where}: ${error instanceof Error ? error.message : String(error)}`),
      note: (where, text) => void notes.push(`${where}: ${text}`),
    },
    counts: () => counts,
    ...overrides.parts,
  };
  const running = createEngine(parts, { ...settings, ...overrides.settings });
  const { engine } = running;

  function start(roles: readonly ('serve' | 'consume' | 'control')[] = ['serve', 'consume', 'control']) {
    const stop = new AbortController();
    const ended = Promise.all(roles.map((role) => running[role](stop.signal)));
    return async () => {
      stop.abort();
      await clock.advance(1);
      await ended;
    };
  }

  /** Waits for a promise while virtual time passes, up to `limitMs` of it. */
  async function within<Value>(limitMs: number, promise: Promise<Value>): Promise<Value> {
    let done = false;
    const watched = promise.finally(() => {
      done = true;
    });
    for (let passed = 0; !done && passed < limitMs; passed += 10) await clock.advance(10);
    return watched;
  }

  function place(userId: string, key: string, quantity = 1, more: Partial<NewOrder> = {}): Promise<PlaceOutcome> {
    return within(
      10_000,
      engine.placeOrder({
        saleId: night,
        userId: userId as UserId,
        key: key as IdempotencyKey,
        lines: [{ productId: ticket, quantity }],
        pass: null,
        ...more,
      }),
    );
  }

  async function openSale(quantity: number, terms: { readonly limitPerUser?: number } = {}): Promise<void> {
    const outcome = await within(
      10_000,
      engine.initStock({ saleId: night, productId: ticket, quantity, ...terms }, 'test'),
    );
    if (outcome.kind !== 'initialized')
      throw new Error(`the sale did not open: ${JSON.stringify(outcome)} ${faults.join('; ')}`);
  }

  return {
    clock,
    gate,
    ledger,
    orderLog,
    room,
    engine,
    running,
    counts,
    faults,
    notes,
    start,
    within,
    place,
    openSale,
  };
}
