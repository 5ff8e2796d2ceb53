import { type EventLoopUtilization, monitorEventLoopDelay, type RecordableHistogram } from 'node:perf_hooks';
import { type CallAnswer, callConnections } from './call-client.ts';
import { LatencyBook } from './latency-book.ts';
import type { LoadPart } from './load-part.ts';

/** How the generating process did since the sample before. */
export interface GeneratorSample {
  readonly eventLoopDelayMaxMs: number;
  /** Processor time over real time: 1 is one core all the time. */
  readonly cpuCores: number;
  /** Part of the time that its thread was at work. */
  readonly busy: number;
}

/** Where the generator counts as the bottleneck. */
export const generatorLimits = {
  /** A send later than this is counted as late: what a person begins to notice, and far above the pacer's 1 ms. */
  lateMs: 50,
  /** More late sends than this part, and the 99th percentiles tell of the generator. */
  latePart: 0.01,
  /** A loop that is that late reads answers that late. */
  eventLoopDelayP99Ms: 100,
  /** A thread that has hardly a moment left could not have sent more. */
  busy: 0.95,
} as const;

/** monitorEventLoopDelay counts the timer's own period in: that much is taken off again. */
const resolutionMs = 10;

/** Watches the generator from `start` on. The arrivals are what it is judged by: `arrivalsOver` ends the account. */
export class GeneratorWatch {
  readonly #lag = new LatencyBook();
  readonly #loop = monitorEventLoopDelay({ resolution: resolutionMs });
  readonly #loopOfSlice = monitorEventLoopDelay({ resolution: resolutionMs });
  #late = 0;
  readonly #calls = { asked: 0, late: 0, lateFailed: 0 };
  #start = mark();
  #sliceStart = mark();
  #figures: Pick<LoadPart, 'eventLoopDelayMs' | 'cpuCores' | 'busy'> | null = null;

  start(): void {
    this.#loop.enable();
    this.#loopOfSlice.enable();
    this.#start = mark();
    this.#sliceStart = this.#start;
  }

  /** A request that was due at one moment is given to the client at another. Says whether that was late. */
  sent(lagMs: number): boolean {
    this.#lag.record(lagMs);
    const late = lagMs > generatorLimits.lateMs;
    if (late) this.#late += 1;
    return late;
  }

  /** What a buyer asked besides an order is over. */
  asked({ waitedMs, error }: Pick<CallAnswer, 'waitedMs' | 'error'>): void {
    this.#calls.asked += 1;
    if (waitedMs <= generatorLimits.lateMs) return;
    this.#calls.late += 1;
    if (error !== undefined) this.#calls.lateFailed += 1;
  }

  get late(): number {
    return this.#late;
  }

  /** Since the last call. */
  takeSample(): GeneratorSample {
    const now = mark();
    const sample = { eventLoopDelayMaxMs: loopDelayMs(this.#loopOfSlice.max), ...workBetween(this.#sliceStart, now) };
    this.#loopOfSlice.reset();
    this.#sliceStart = now;
    return sample;
  }

  /** Everybody has come: from here on the generator mostly waits, which would make it look better than it was. */
  arrivalsOver(): void {
    this.#figures ??= { eventLoopDelayMs: loopDelays(this.#loop), ...workBetween(this.#start, mark()) };
  }

  /** Ends the watching. */
  part(): Pick<LoadPart, 'sendLag' | 'waitForConnection' | 'eventLoopDelayMs' | 'cpuCores' | 'busy'> {
    this.arrivalsOver();
    this.#loop.disable();
    this.#loopOfSlice.disable();
    const figures = this.#figures ?? { eventLoopDelayMs: { p50: 0, p99: 0, max: 0 }, cpuCores: 0, busy: 0 };
    return { sendLag: this.#lag.encode(), waitForConnection: { ...this.#calls }, ...figures };
  }
}

interface Mark {
  readonly atMs: number;
  readonly cpu: NodeJS.CpuUsage;
  readonly loop: EventLoopUtilization;
}

function mark(): Mark {
  return { atMs: performance.now(), cpu: process.cpuUsage(), loop: performance.eventLoopUtilization() };
}

function workBetween(from: Mark, to: Mark): { readonly cpuCores: number; readonly busy: number } {
  const elapsedUs = Math.max(1, (to.atMs - from.atMs) * 1_000);
  const usedUs = to.cpu.user + to.cpu.system - from.cpu.user - from.cpu.system;
  const { utilization } = performance.eventLoopUtilization(to.loop, from.loop);
  return { cpuCores: hundredths(usedUs / elapsedUs), busy: hundredths(Math.min(1, Math.max(0, utilization))) };
}

function loopDelays(loop: Pick<RecordableHistogram, 'percentile' | 'max'>): LoadPart['eventLoopDelayMs'] {
  return {
    p50: loopDelayMs(loop.percentile(50)),
    p99: loopDelayMs(loop.percentile(99)),
    max: loopDelayMs(loop.max),
  };
}

function loopDelayMs(nanoseconds: number): number {
  return Math.max(0, Math.round(nanoseconds / 1e4) / 100 - resolutionMs);
}

function hundredths(value: number): number {
  return Math.round(value * 100) / 100;
}

function percent(part: number): string {
  return `${(part * 100).toFixed(1)} %`;
}

/** How one generating process did. */
export interface ProcessHealth {
  readonly sent: number;
  readonly late: number;
  readonly waitForConnection: LoadPart['waitForConnection'];
  readonly eventLoopDelayP99Ms: number;
  readonly busy: number;
}

/** Why a generating process is to be doubted, each as a sentence. */
export function bottlenecks({ sent, late, waitForConnection, eventLoopDelayP99Ms, busy }: ProcessHealth): string[] {
  const found: string[] = [];
  const latePart = late / Math.max(1, sent);
  const limit = `(limit ${generatorLimits.latePart * 100} %)`;
  if (latePart > generatorLimits.latePart)
    found.push(`${percent(latePart)} of the requests were sent more than ${generatorLimits.lateMs} ms late ${limit}`);
  const lateCalls = waitForConnection.late / Math.max(1, waitForConnection.asked);
  if (lateCalls > generatorLimits.latePart)
    found.push(
      `${percent(lateCalls)} of the generator's calls besides orders waited more than ${generatorLimits.lateMs} ms for one of its ${callConnections} connections ${limit}`,
    );
  if (eventLoopDelayP99Ms > generatorLimits.eventLoopDelayP99Ms)
    found.push(
      `the generator's event loop was ${Math.round(eventLoopDelayP99Ms)} ms late (p99, limit ${generatorLimits.eventLoopDelayP99Ms} ms)`,
    );
  if (busy > generatorLimits.busy)
    found.push(
      `the generator's thread was busy ${Math.round(busy * 100)} % of the time (limit ${generatorLimits.busy * 100} %): it could not have sent more`,
    );
  return found;
}
