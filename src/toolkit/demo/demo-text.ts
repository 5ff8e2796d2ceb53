import { countedWords } from '../verify/counted-words.ts';
import type { VerifyReport } from '../verify/report-schema.ts';
import { wrapText } from '../verify/wrap-text.ts';
import type { DemoResult, DemoState, DemoStep } from './demo-state.ts';

export const count = (n: number): string => Math.round(n).toLocaleString('en-US');
export const ms = (value: number): string => (value < 10 ? value.toFixed(1) : count(value));
export const clock = (elapsedMs: number): string =>
  `${String(Math.floor(elapsedMs / 60_000)).padStart(2, '0')}:${((elapsedMs / 1000) % 60).toFixed(1).padStart(4, '0')}`;

export const marks = { waiting: '·', running: '▸', done: '✔', failed: '✘' } as const;

const bars = '▁▂▃▄▅▆▇█';

/** The newest `width` values as bars of eight heights, the highest value the highest bar. */
export function sparkline(values: readonly number[], width: number): string {
  const shown = values.slice(-width);
  const highest = Math.max(1, ...shown);
  return shown.map((value) => bars[Math.min(7, Math.round((value / highest) * 7))]).join('');
}

/** A bar of `width` cells, filled by `share` in eighths of a cell. */
export function bar(share: number, width: number): { readonly full: string; readonly rest: string } {
  const eighths = Math.round(Math.min(1, Math.max(0, share)) * width * 8);
  const partial = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'][eighths % 8] ?? '';
  const full = '█'.repeat(Math.floor(eighths / 8)) + partial;
  return { full, rest: '░'.repeat(width - full.length) };
}

/** One buyer-facing outcome a row. */
export interface OutcomeRow {
  readonly name: string;
  readonly n: number;
  readonly perSecond: number;
}

/** What buyers heard, the words of people. Rows that stay 0 are left out, but for the first three. */
export function outcomeRows({ load }: DemoState): readonly OutcomeRow[] {
  const n = load?.outcomes ?? {};
  const rate = load?.window.outcomesPerSecond ?? {};
  const row = (name: string, keys: readonly (keyof typeof n)[]): OutcomeRow => ({
    name,
    n: keys.reduce((sum, key) => sum + (n[key] ?? 0), 0),
    perSecond: keys.reduce((sum, key) => sum + (rate[key] ?? 0), 0),
  });
  const always = [
    row('accepted', ['accepted']),
    row('sold out', ['sold_out']),
    row('waiting', ['waiting', 'rate_limited']),
  ];
  const sometimes = [
    row('same key again', ['duplicate']),
    row('over the limit', ['limit_reached']),
    row('try again (503)', ['unknown', 'rebuilding', 'overloaded']),
    row('no connection', ['connection_error', 'timeout']),
    row('other', ['key_reused', 'not_open', 'refused', 'server_error', 'aborted']),
  ];
  return [...always, ...sometimes.filter(({ n: total }) => total > 0)];
}

/** The end of the demo, in lines of 80 columns at most. The verdict itself stands last, where the eye is. */
export function verdictLines(result: DemoResult): readonly string[] {
  const { verify, load, report, outageMs } = result;
  const { serviceMs } = load.outcomes.accepted ?? {};
  const orders = verify.books.ledger.byState.confirmed ?? 0;
  return [
    '',
    ...invariantLines(verify),
    '',
    `sold      ${count(result.unitsSold)} of ${count(result.stock)} units, in ${count(orders)} orders`,
    `crowd     ${count(load.arrivals.arrived)} buyers, ${count(load.requests.sent)} requests`,
    ...(outageMs === null ? [] : [`kill -9   once, orders again after ${(outageMs / 1000).toFixed(1)} s`]),
    ...(serviceMs
      ? [
          `accepted  in ${ms(serviceMs.p50)} ms (p50), ${ms(serviceMs.p99)} ms (p99); client and server share this machine`,
        ]
      : []),
    ...(load.generator.bottleneck.length === 0
      ? []
      : ['          the load generator did not keep up: part of that time is its own']),
    `report    ${report}`,
    '',
  ];
}

/** An invariant in lines of 80 columns: verdict, name, what was counted. */
export function invariantLines(verify: VerifyReport): readonly string[] {
  const width = Math.max(...verify.invariants.map(({ name }) => name.length));
  return verify.invariants.flatMap(({ name, verdict, counted, findingsTotal }) => {
    const mark = verdict === 'holds' ? marks.done : verdict === 'violated' ? marks.failed : '?';
    const looked = counted.map(({ what, n }) => countedWords(n, what)).join(', ');
    const left = `${mark} ${name.padEnd(width)}  `;
    const text = `${findingsTotal > 0 ? `${countedWords(findingsTotal, 'findings')}; ` : ''}${looked}`;
    return wrapText(text, 80 - left.length).map((line, n) => `${n === 0 ? left : ' '.repeat(left.length)}${line}`);
  });
}

export function stepLine({ name, state, detail }: DemoStep): string {
  return `${marks[state]} ${name.padEnd(8)} ${detail}`;
}
