import { FluxError } from '../../engine/domain/flux-error.ts';
import type { BenchChild } from './bench-children.ts';
import type { GateLoss } from './bench-rebuild-result.ts';
import { benchProduct } from './bench-record.ts';
import { watchForeignCpu } from './foreign-cpu.ts';
import { saleId } from './measure-subject.ts';
import { cpuSecondsOfTree } from './process-cpu.ts';
import { lastRebuild, type RebuildNote } from './rebuild-note.ts';

/** What a loss needs of the bench's stack. */
export interface LosableGate {
  /** Process ids of Redis, Kafka and PostgreSQL. */
  services(): readonly number[];
  killRedis(): Promise<void>;
  /** On its former port, with nothing in it. */
  startRedis(): Promise<void>;
  redisAnswers(): Promise<boolean>;
  redisBytes(): Promise<number>;
}

export interface Losing {
  readonly gate: LosableGate;
  readonly worker: BenchChild;
  /** Those that live; each takes one order once the gate is open again. */
  readonly servers: readonly BenchChild[];
  /** Killed at the moment at which Redis answers. */
  readonly kill?: BenchChild;
  /** In front of users and keys. */
  readonly crowd: string;
  readonly giveUpMs: number;
  readonly signal: AbortSignal | undefined;
}

/** What a supervisor takes to start it again; connections try every 0.3 s then. */
const downMs = 1_000;
const lookEveryMs = 5;
/** As buyers do who try again, but without their pauses: two requests every 25 ms are no load. */
const askEveryMs = 25;
/** One answer: a server says 503 itself after its append deadline. */
const answerMs = 5_000;

/** Kills Redis, starts it again empty, and waits until every server that lives takes orders. @throws FluxError `threshold_failed`, `interrupted` */
export async function loseGate(use: Losing): Promise<GateLoss> {
  const { gate, worker, servers, kill, crowd, signal, giveUpMs } = use;
  const before = lastRebuild(worker.said())?.epoch;
  await gate.killRedis();
  await pause(downMs);
  const starting = gate.startRedis();
  starting.catch(() => {}); // heard of below
  const until = performance.now() + giveUpMs;
  while (!(await gate.redisAnswers())) await tick(until, signal, 'Redis did not answer');
  const [reachableMs, reachableAtMs] = [performance.now(), Date.now()];
  if (kill !== undefined) process.kill(kill.pid, 'SIGKILL');
  await starting;
  const bytesBefore = await gate.redisBytes();
  const doubts = await watchForeignCpu(() => cpuOf([worker.pid, ...servers.map(({ pid }) => pid), ...gate.services()]));

  const taken = await Promise.all(
    servers.map(async (server, n) => {
      while (!(await takesOrder(server, `${crowd}-${n}`))) await tick(until, signal, 'no order was taken', askEveryMs);
      return performance.now() - reachableMs;
    }),
  );
  const note = await noteOf(worker, before, until, signal);
  return {
    takenAgainSeconds: Math.max(...taken) / 1_000,
    openedSeconds: (note.openedAtMs - reachableAtMs) / 1_000,
    noticedSeconds: Math.max(0, note.openedAtMs - note.tookMs - reachableAtMs) / 1_000,
    steps: note.steps,
    redisBytes: (await gate.redisBytes()) - bytesBefore,
    doubts: await doubts(),
  };
}

/** A log is written a moment behind what it says. */
async function noteOf(
  worker: BenchChild,
  before: number | undefined,
  until: number,
  signal: AbortSignal | undefined,
): Promise<RebuildNote> {
  for (;;) {
    const note = lastRebuild(worker.said());
    if (note !== undefined && note.epoch !== before) return note;
    await tick(until, signal, 'the worker said nothing of the rebuild');
  }
}

/** The same key again and again: one order, whatever became of the attempts before. */
async function takesOrder({ url }: BenchChild, buyer: string): Promise<boolean> {
  try {
    const response = await fetch(`${url}/order`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-idempotency-key': buyer },
      body: JSON.stringify({ userId: buyer, saleId, productId: benchProduct, quantity: 1 }),
      signal: AbortSignal.timeout(answerMs),
    });
    await response.body?.cancel();
    return response.status === 200;
  } catch {
    return false; // asked again until time is up
  }
}

async function cpuOf(pids: readonly number[]): Promise<number | null> {
  const spent = await Promise.all(pids.map(cpuSecondsOfTree));
  return spent.reduce((sum, seconds) => (sum === null || seconds === null ? null : sum + seconds), 0);
}

async function tick(until: number, signal: AbortSignal | undefined, what: string, ms = lookEveryMs): Promise<void> {
  if (signal?.aborted) throw new FluxError('interrupted', 'the bench was interrupted');
  if (performance.now() > until) throw new FluxError('threshold_failed', `${what} in time after the gate was lost`);
  await pause(ms);
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
