import type { Paint } from './report-text.ts';
import type { WatchEvent } from './watch-verdict.ts';

/** Findings told with a verdict; `fluxgate verify` has all. */
const findingsTold = 5;
const plain: Paint = (_verdict, text) => text;

/** One event as lines of a log: the moment and the verdict, and what was found under a new one. */
export function watchText(event: WatchEvent, paint: Paint = plain): string {
  if (event.event === 'end') return `${event.at}  ${paint(event.verdict, endText(event))}`;
  if (event.event === 'heartbeat') {
    const stands = `still, for ${Math.round(event.sinceMs / 1_000)} s, round ${event.rounds}`;
    return `${event.at}  ${paint(event.verdict, event.summary)} (${stands})`;
  }
  const found = (event.report?.invariants ?? []).flatMap((one) =>
    one.findings.map(({ kind, text }) => `  ${one.name}: ${kind}: ${text}`),
  );
  const more = found.length > findingsTold ? [`  and ${found.length - findingsTold} more: fluxgate verify`] : [];
  return [`${event.at}  ${paint(event.verdict, event.summary)}`, ...found.slice(0, findingsTold), ...more].join('\n');
}

/** Why it ends as it does, where the last line said something else. */
function endText({ exitCode, summary, rounds, violatedRounds, violatedAt }: WatchEvent & { event: 'end' }): string {
  const seen = violatedAt === null ? '' : `, violated in ${violatedRounds} of them, first at ${violatedAt}`;
  return `ends with ${exitCode}: ${summary} (${rounds} rounds${seen})`;
}
