import type { TraceEvent } from '../world/trace.ts';
import type { Diagram, Row } from './diagram.ts';
import { type About, involvedIds } from './involved-ids.ts';
import { createLabels } from './labels.ts';

/** What moves a whole sale, whoever buys: gates made anew, stock changed. */
const turningPoints: ReadonlySet<string> = new Set([
  ...['reportFence', 'nextEpoch', 'raiseFence', 'begin', 'open', 'openEpoch', 'marker'],
  ...['setTotal', 'finishStockChange', 'operator:'],
]);
/** The same thing is shown so often; then it is folded. */
const mostRepeats = { arrow: 8, note: 2 } as const;
/** Fewer events between two rows are other calls under way at the same time: a line about them says nothing. */
const leastFolded = 5;
/** A longer diagram is read by nobody: of one that is, the first and the last rows are kept. */
const mostRows = { first: 60, last: 140 } as const;

/**
 * What of a trace has to do with a finding: calls about its orders and their buyers, what moves the whole sale, faults, and
 * what flows say of themselves. All else is folded. Pure.
 */
export function makeDiagram(events: readonly TraceEvent[], about: About): Diagram {
  const involved = involvedIds(events, about);
  const labels = createLabels(events, involved);
  const began = events.findIndex(({ kind, from }) => kind === 'fault' || from === 'buyers' || from === 'operators');
  const shown = new Map<string, number>();
  const rows: Row[] = [];
  let folded = 0;
  let opening = true;
  const fold = () => {
    if (folded >= leastFolded) rows.push({ kind: 'folded', events: folded, opening });
    folded = 0;
    opening = false;
  };
  for (const [nth, event] of events.entries()) {
    if (rows.at(-1)?.kind === 'finding') break;
    const row =
      nth < began || !matters(event, involved)
        ? null
        : rowOf(event, labels.of(event, rows.findLast(({ kind }) => kind === 'arrow') ?? null));
    if (row === null || isRepeated(row, shown)) {
      folded += 1;
      continue;
    }
    fold();
    rows.push(row);
  }
  fold();
  const kept = withinLimit(rows);
  return { lanes: lanesOf(kept), rows: kept, orders: labels.orders() };
}

function matters({ kind, text, ids = [] }: TraceEvent, involved: ReadonlySet<string>): boolean {
  if (kind === 'fault' || kind === 'finding' || kind === 'note') return true;
  return turningPoints.has(text.split(' ')[0] ?? '') || ids.some((id) => involved.has(id));
}

function rowOf({ atMs, kind, from, to }: TraceEvent, label: string): Row {
  if (kind === 'fault' || kind === 'finding') return { kind, atMs, label };
  if (kind === 'note') return { kind, atMs, lane: from, label };
  return { kind: 'arrow', atMs, from, to, lost: kind === 'lost', label };
}

function isRepeated(row: Row, shown: Map<string, number>): boolean {
  if (row.kind !== 'arrow' && row.kind !== 'note') return false;
  const name = row.kind === 'note' ? `${row.lane} ${row.label}` : `${row.from} ${row.to} ${row.lost} ${row.label}`;
  const before = shown.get(name) ?? 0;
  shown.set(name, before + 1);
  return before >= mostRepeats[row.kind];
}

function withinLimit(rows: readonly Row[]): readonly Row[] {
  if (rows.length <= mostRows.first + mostRows.last) return rows;
  const between = rows.slice(mostRows.first, -mostRows.last);
  const events = between.reduce((sum, row) => sum + (row.kind === 'folded' ? row.events : 1), 0);
  return [...rows.slice(0, mostRows.first), { kind: 'folded', events, opening: false }, ...rows.slice(-mostRows.last)];
}

/** Clients left, then processes, then what they use, in the order in which an order meets them. */
const places = ['buyers', 'operators', 'p', 'gate', 'log', 'ledger'];

function lanesOf(rows: readonly Row[]): readonly string[] {
  const names = new Set(
    rows.flatMap((row) => (row.kind === 'arrow' ? [row.from, row.to] : row.kind === 'note' ? [row.lane] : [])),
  );
  const placeOf = (name: string) =>
    places.indexOf(places.find((place) => name === place || name.replace(/[ \d]+$/, '') === place) ?? '');
  return [...names].sort((a, b) => placeOf(a) - placeOf(b) || (a < b ? -1 : 1));
}
