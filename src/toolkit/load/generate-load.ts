import { type HistoryWriter, writeHistory } from '../history/write-history.ts';
import { planArrivals } from './arrival-schedule.ts';
import { callClient } from './call-client.ts';
import type { LoadPart } from './load-part.ts';
import { LoadRun } from './load-run.ts';
import { orderClient } from './order-client.ts';
import { loadDefaults, type Scenario } from './scenario.ts';
import { slowClient } from './slow-client.ts';

/** What one generating process does: the whole of a run, or its share. Plain values, so that it can be sent to a child. */
export interface GeneratorTask {
  readonly scenario: Scenario;
  readonly saleId: string;
  readonly seed: number;
  readonly crowd: string;
  /** Arrivals are dealt out like cards: this process gets those whose number leaves `index` when divided by `of`. */
  readonly share: { readonly index: number; readonly of: number };
  /** File for the history of its requests. */
  readonly history: string | null;
  /** For the header of the history. */
  readonly target: string;
}

/** A generator that is ready to begin. */
export interface ReadyGenerator {
  readonly run: LoadRun;
  /** Begins at that moment of `process.hrtime`, which all processes of a machine share; runs to its end. */
  finish(signal: AbortSignal | undefined, startAtNs: bigint): Promise<LoadPart>;
}

/** Plans and opens all that a share needs. `target` is asked before each request. @throws FluxError `history_unwritable` */
export async function readyGenerator(task: GeneratorTask, target: () => string): Promise<ReadyGenerator> {
  const { scenario, seed, saleId, crowd, share } = task;
  const moments = shareOf(planArrivals(scenario.arrivals, seed), share);
  const maxInFlight = shareOfLimit(scenario.limits.maxInFlight, share);
  const { requestTimeoutMs } = scenario.limits;
  const client = orderClient({ target, saleId, connections: maxInFlight, requestTimeoutMs });
  const calls = callClient({ target, saleId, requestTimeoutMs });
  const { slowMs } = scenario.buyers.habits ?? loadDefaults.habits;
  const slow = slowClient({ target, saleId, forMs: slowMs, requestTimeoutMs });
  const history = await openHistory(task);
  const about = { scenario, saleId, seed, crowd, moments, share, maxInFlight };
  const run = new LoadRun({ ...about, client, calls, slow, history });
  return {
    run,
    async finish(signal, startAtNs) {
      try {
        return await run.finish(signal, startAtNs);
      } finally {
        client.stop();
        calls.stop();
        await history?.close();
      }
    },
  };
}

/** Every `of`-th moment from `index` on. */
export function shareOf(moments: Float64Array, { index, of }: GeneratorTask['share']): Float64Array {
  if (of === 1) return moments;
  const length = Math.max(0, Math.ceil((moments.length - index) / of));
  return Float64Array.from({ length }, (_, n) => moments[index + n * of] ?? 0);
}

/** At least one: a generator that may send nothing would drop its whole share. */
export function shareOfLimit(limit: number, { index, of }: GeneratorTask['share']): number {
  return Math.max(1, Math.floor(limit / of) + (index < limit % of ? 1 : 0));
}

/** Its header says when it was opened: the run begins a moment later, the plan being made. */
async function openHistory({ history, target, scenario, seed }: GeneratorTask): Promise<HistoryWriter | null> {
  const startedAt = new Date().toISOString();
  return history === null ? null : writeHistory(history, { startedAt, target, scenario: scenario.title, seed });
}
