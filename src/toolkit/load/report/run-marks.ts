import type { Moment, Span } from '../../plot/plot-shape.ts';
import type { LoadResult, ServerSample } from '../load-result.ts';

/** What everybody who looks at a plot of this run should see in it: the same in every plot. */
export interface RunMarks {
  readonly spans: readonly Span[];
  readonly moments: readonly Moment[];
}

/** Answers that come within this part of the plan's length after it need no mark for its end. */
const tailPart = 0.05;

export function runMarks(result: LoadResult): RunMarks {
  const { stock, server, planMs, durationMs } = result;
  const soldOut = stock.find(({ products }) => products.length > 0 && products.every(({ free }) => free <= 0));
  const hasTail = durationMs > planMs * (1 + tailPart);
  return {
    spans: silencesOf(server, durationMs),
    moments: [
      ...(soldOut === undefined ? [] : [moment(soldOut.atMs, 'sold out', 'neutral')]),
      ...(hasTail ? [moment(planMs, 'last arrival by plan', 'neutral')] : []),
      ...newEpochs(server),
    ],
  };
}

/** From the first question without an answer to the next one that had one. */
function silencesOf(server: readonly ServerSample[], durationMs: number): readonly Span[] {
  const spans: Span[] = [];
  let since: number | null = null;
  for (const { atMs, reachable } of server) {
    if (!reachable) since ??= atMs;
    else if (since !== null) {
      spans.push(silence(since, atMs));
      since = null;
    }
  }
  return since === null ? spans : [...spans, silence(since, Math.max(since, durationMs))];
}

function silence(fromMs: number, toMs: number): Span {
  return { fromSeconds: fromMs / 1_000, toSeconds: toMs / 1_000, label: 'server does not answer', tone: 'bad' };
}

function newEpochs(server: readonly ServerSample[]): readonly Moment[] {
  let last: number | null = null;
  return server.flatMap(({ atMs, epoch }) => {
    if (epoch === null || epoch === last) return [];
    const isFirst = last === null;
    last = epoch;
    return isFirst ? [] : [moment(atMs, `gate rebuilt, epoch ${epoch}`, 'warn')];
  });
}

function moment(atMs: number, label: string, tone: Moment['tone']): Moment {
  return { atSeconds: atMs / 1_000, label, tone };
}
