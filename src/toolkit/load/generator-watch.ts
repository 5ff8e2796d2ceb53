import { monitorEventLoopDelay } from 'node:perf_hooks';
import { LatencyBook, type LatencySummary } from './latency-book.ts';

/** How well the generator itself kept up. */
export interface GeneratorReport {
  /** From the scheduled moment to the call that sends, in milliseconds. */
  readonly sendLagMs: LatencySummary;
  /** What the event loop was late by, in milliseconds. */
  readonly eventLoopDelayMs: { readonly p50: number; readonly p99: number; readonly max: number };
  /** Processor time of this process over the run, in cores: 1 is one core all the time. */
  readonly cpuCores: number;
  /** Reasons to doubt the numbers; empty where the generator kept up. */
  readonly bottleneck: readonly string[];
}

/** Where the generator counts as the bottleneck. */
export const generatorLimits = {
  /** A buyer sent later than this is counted as late: five turns of the pacer's shortest timer (1 ms) plus a slice of a busy core. */
  lateMs: 20,
  /** Above this the latencies tell of the generator: it is what people begin to notice, and far above the pacer's 1 ms. */
  sendLagP99Ms: 100,
  /** A loop that is that late reads answers that late. */
  eventLoopDelayP99Ms: 100,
} as const;

/** monitorEventLoopDelay counts the timer's own period in: that much is taken off again. */
const resolutionMs = 10;

/** Watches the generator from `start` to `report`. */
export class GeneratorWatch {
  readonly #lag = new LatencyBook();
  readonly #loop = monitorEventLoopDelay({ resolution: resolutionMs });
  #late = 0;
  #startedAt = 0;
  #cpu = { user: 0, system: 0 };

  start(): void {
    this.#loop.enable();
    this.#startedAt = performance.now();
    this.#cpu = process.cpuUsage();
  }

  /** A request that was due at one moment is given to the client at another. */
  sent(lagMs: number): void {
    this.#lag.record(Math.max(0, lagMs));
    if (lagMs > generatorLimits.lateMs) this.#late += 1;
  }

  get late(): number {
    return this.#late;
  }

  report(): GeneratorReport {
    this.#loop.disable();
    const { user, system } = process.cpuUsage(this.#cpu);
    const elapsedUs = Math.max(1, (performance.now() - this.#startedAt) * 1_000);
    const eventLoopDelayMs = {
      p50: loopDelayMs(this.#loop.percentile(50)),
      p99: loopDelayMs(this.#loop.percentile(99)),
      max: loopDelayMs(this.#loop.max),
    };
    const sendLagMs = this.#lag.summary();
    const cpuCores = Math.round(((user + system) / elapsedUs) * 100) / 100;
    return { sendLagMs, eventLoopDelayMs, cpuCores, bottleneck: bottlenecks(sendLagMs.p99, eventLoopDelayMs.p99) };
  }
}

function loopDelayMs(nanoseconds: number): number {
  return Math.max(0, Math.round(nanoseconds / 1e4) / 100 - resolutionMs);
}

/** Why the generator is to be doubted, each as a sentence. */
export function bottlenecks(sendLagP99Ms: number, eventLoopDelayP99Ms: number): string[] {
  const { sendLagP99Ms: lagLimit, eventLoopDelayP99Ms: delayLimit } = generatorLimits;
  const found: string[] = [];
  if (sendLagP99Ms > lagLimit)
    found.push(`1 in 100 requests was sent ${Math.round(sendLagP99Ms)} ms late or more (limit ${lagLimit} ms)`);
  if (eventLoopDelayP99Ms > delayLimit)
    found.push(
      `the generator's event loop was ${Math.round(eventLoopDelayP99Ms)} ms late (p99, limit ${delayLimit} ms)`,
    );
  return found;
}
