import { FluxError } from '../../engine/domain/flux-error.ts';
import type { HoldRequest } from '../../engine/domain/hold.ts';
import { checkFloors, gateFloors } from './bench-floors.ts';
import type { GateBenchCase, GateBenchKind, GateBenchResult } from './bench-gate-result.ts';
import { thisMachine } from './bench-machine.ts';
import type { BenchRedisAddress } from './bench-redis-address.ts';
import { compareSides, type Side, type Spent, timeCalls } from './compare-sides.ts';
import { watchForeignCpu } from './foreign-cpu.ts';
import { encodeCommand, openRawRedis, type RawRedis } from './raw-redis.ts';

/** The gate to measure, with a sale of its own. */
export interface BenchedGate {
  readonly bytesARecord: number;
  /** Forgets all orders of the sale: an empty gate in a new epoch, with more stock than is asked for. */
  reset(): Promise<void>;
  /** Orders that nobody has sent before. `sold_out` asks for the product that has no stock. */
  requests(kind: GateBenchKind, count: number): readonly HoldRequest[];
  /** Through the port; how many got `kind`. */
  hold(requests: readonly HoldRequest[], kind: GateBenchKind): Promise<number>;
  /** The same call in the words of Redis. */
  words(requests: readonly HoldRequest[], kind: GateBenchKind): readonly (string | number | Buffer)[];
  /** Processor time that Redis has spent since it started. */
  cpuSeconds(): Promise<number>;
  /** Units taken since the reset. */
  taken(): Promise<number>;
  /** Removes the sale, too. */
  close(): Promise<void>;
}

export interface GateBenchOptions {
  readonly address: BenchRedisAddress;
  /** Of each measurement. */
  readonly seconds: number;
  readonly open: (address: BenchRedisAddress) => Promise<BenchedGate>;
  readonly signal?: AbortSignal;
  readonly onProgress?: (what: string, done: number, of: number) => void;
}

/** What 64 connections, which all our promises are about, bring in one turn. */
const promisedBatch = 64;
/** What a quiet turn of the event loop has, that of 64 busy connections, and half of a full one (gateLimits.batch). */
const cases: readonly GateBenchCase[] = [
  { kind: 'held', ordersACall: 16 },
  { kind: 'held', ordersACall: promisedBatch },
  { kind: 'held', ordersACall: 256 },
  { kind: 'sold_out', ordersACall: promisedBatch },
];
/** Enough that Redis always has the next call, few enough that none waits long. */
const inFlight = 4;
/** Made before the clock runs and forgotten after it, so that memory stays small and nobody pays for making orders. */
const ordersASlice = 8_192;
const warmUpSeconds = 0.5;

/**
 * Measures in one run, in turn: holds through the port, and the same EVALSHA calls over a bare socket.
 * @throws FluxError `interrupted`, `gate_unreachable`, `invariant_violated` where the gate did not take what it was asked for
 */
export async function benchGate(options: GateBenchOptions): Promise<GateBenchResult> {
  const { address, seconds } = options;
  const startedAt = new Date().toISOString();
  const gate = await options.open(address);
  try {
    const raw = await openRawRedis(address);
    try {
      const doubts = await watchForeignCpu(() => gate.cpuSeconds());
      const compared = await compareSides({
        ...options,
        cases,
        nameOf: ({ kind, ordersACall }) => `${kind === 'held' ? 'held' : 'sold out'}, ${ordersACall} orders a call`,
        warmUpSeconds,
        ordersASlice,
        slice: (side, of) => measureSlice(gate, raw, side, of),
      });
      const promised = compared.find(({ kind, ordersACall }) => kind === 'held' && ordersACall === promisedBatch);
      const figures = { heldToBare: promised?.figures.oursToBare ?? 0 };
      return {
        format: 'fluxgate-bench-gate',
        version: 1,
        startedAt,
        machine: thisMachine(),
        redis: `${address.host}:${address.port}`,
        inFlight,
        seconds,
        bytesARecord: gate.bytesARecord,
        cases: compared,
        figures,
        floors: checkFloors(figures, gateFloors),
        doubts: await doubts(),
      };
    } finally {
      raw.close();
    }
  } finally {
    await gate.close();
  }
}

/** Only the calls themselves are timed, not the making of orders. */
async function measureSlice(
  gate: BenchedGate,
  raw: RawRedis,
  side: Side,
  { kind, ordersACall }: GateBenchCase,
): Promise<Spent> {
  await gate.reset();
  const calls: (() => Promise<unknown>)[] = [];
  for (let made = 0; made < ordersASlice; made += ordersACall) {
    const requests = gate.requests(kind, ordersACall);
    if (side === 'ours') calls.push(async () => expectAll(await gate.hold(requests, kind), ordersACall, kind));
    else {
      const command = encodeCommand(gate.words(requests, kind));
      calls.push(() => raw.send(command));
    }
  }
  const spent = await timeCalls(calls, inFlight);
  // Also of the bare calls, whose replies nobody reads: they did the same work.
  expectAll(await gate.taken(), kind === 'held' ? ordersASlice : 0, 'units taken');
  return spent;
}

function expectAll(actual: number, wanted: number, what: string): void {
  if (actual !== wanted)
    throw new FluxError('invariant_violated', `the gate was asked for ${wanted} ${what}, and gave ${actual}`);
}
