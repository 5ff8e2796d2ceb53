import { countedWords } from './counted-words.ts';
import type { InvariantReport, Verdict, VerifyReport } from './report-schema.ts';
import { wrapText } from './wrap-text.ts';

/** The width that every terminal, mail and CI log has. */
const width = 80;
const count = new Intl.NumberFormat('en');

/** Ids that a finding shows; `--json` has them all. */
const idsShown = 5;

/** Colours a verdict; the plain one leaves it as it is. */
export type Paint = (verdict: Verdict, text: string) => string;
const plain: Paint = (_verdict, text) => text;

/** The report for people: books, invariants with what was looked at, findings, classes, and the verdict as the last line. */
export function reportText(report: VerifyReport, paint: Paint = plain): string {
  const findings = report.invariants.flatMap(findingsText);
  return [
    ...columns('BOOK', 11, booksText(report.books)),
    '',
    ...invariantsText(report.invariants, paint),
    '',
    ...(findings.length === 0 ? [] : [...findings, '']),
    ...classesText(report.classes),
    '',
    paint(report.verdict, report.summary),
  ].join('\n');
}

/** Rows of a short name and a text that is wrapped beside it. */
function columns(head: string, left: number, rows: readonly (readonly [string, string])[]): readonly string[] {
  return [
    `${head.padEnd(left)}WHAT IT SAYS`,
    ...rows.flatMap(([name, text]) =>
      wrapText(text, width - left).map((line, n) => `${(n === 0 ? name : '').padEnd(left)}${line}`),
    ),
  ];
}

function booksText({ history, ledger, gate, orderLog }: VerifyReport['books']): readonly (readonly [string, string])[] {
  const states = Object.entries(ledger.byState)
    .filter(([, n]) => n > 0)
    .map(([state, n]) => `${count.format(n)} ${state}`);
  const gates = gate.sales.map(
    ({ saleId, epoch, rebuilding, free, outbox }) =>
      `${saleId} ${rebuilding ? 'is rebuilding' : `has ${count.format(free)} free, outbox ${count.format(outbox)}`}` +
      `${epoch === null ? '' : ` (epoch ${epoch})`}`,
  );
  const ends = orderLog.partitions.map(
    ({ partition, end, committed }) => `${partition}: ${committed}${committed === end ? '' : ` of ${end}`}`,
  );
  return [
    [
      'history',
      history.state === 'absent'
        ? 'absent: no --history was given'
        : `${countedWords(history.requests, 'requests')}, ${countedWords(history.answers200, 'answers 200')} for ` +
          `${countedWords(history.ordersHeard, 'orders')}, ${countedWords(history.unknownKeys, 'keys without a last word')} ` +
          `(${count.format(history.recovered)} recovered)` +
          (history.earlier > 0 ? `, ${countedWords(history.earlier, 'answers')} before --since left out` : '') +
          (history.truncatedLines > 0 ? `, ${countedWords(history.truncatedLines, 'lines')} cut off at the end` : ''),
    ],
    [
      'ledger',
      `${countedWords(ledger.orders, 'orders')}${states.length === 0 ? '' : ` (${states.join(', ')})`} ` +
        `of ${countedWords(ledger.products, 'products')}, ${countedWords(ledger.deadLetters, 'dead letters')}`,
    ],
    ['gate', gate.state === 'absent' ? 'absent: no server runs' : gates.join('; ') || 'no sale'],
    [
      'order log',
      `${countedWords(orderLog.records, 'records')}${earlierText(orderLog.earlier)}, ${count.format(orderLog.repeats)} of them again, ` +
        `${count.format(orderLog.late)} late, ${count.format(orderLog.pending)} pending, ` +
        `${countedWords(orderLog.markers, 'markers')}; recorded up to ${ends.join(', ')}`,
    ],
  ];
}

function earlierText(earlier: number): string {
  return earlier > 0 ? ` (and ${count.format(earlier)} before --since, left out)` : '';
}

function invariantsText(invariants: readonly InvariantReport[], paint: Paint): readonly string[] {
  const left = 16;
  const middle = 14;
  const rows = invariants.flatMap((one) => {
    const looked = one.counted.map(({ what, n }) => countedWords(n, what)).join(', ');
    const told = one.verdict === 'violated' ? `VIOLATED (${totalText(one)})` : one.verdict;
    const lines = [
      ...wrapText(looked, width - left - middle),
      ...one.notes.flatMap((note) => wrapText(note, width - left - middle)),
    ];
    return lines.map((line, n) =>
      n === 0
        ? `${`${one.number} ${one.name}`.padEnd(left)}${paint(one.verdict, told)}${' '.repeat(Math.max(1, middle - told.length))}${line}`
        : `${' '.repeat(left + middle)}${line}`,
    );
  });
  return [`${'INVARIANT'.padEnd(left)}${'VERDICT'.padEnd(middle)}LOOKED AT`, ...rows];
}

function totalText({ findingsTotal, findingsAtLeast }: InvariantReport): string {
  return `${count.format(findingsTotal)}${findingsAtLeast ? '+' : ''}`;
}

function findingsText(one: InvariantReport): readonly string[] {
  const more = one.findingsTotal - one.findings.length;
  return [
    ...one.findings.flatMap(({ kind, text, ids, look }) => {
      const hidden = ids.length - idsShown;
      const shown = `${ids.slice(0, idsShown).join(', ')}${hidden > 0 ? ` and ${hidden} more` : ''}`;
      return [
        `${one.name}: ${kind}`,
        ...indented(text),
        ...(ids.length === 0 ? [] : indented(`ids: ${shown}`)),
        ...indented(`look: ${look}`),
      ];
    }),
    ...(more > 0 ? [`${one.name}: ${count.format(more)} more${one.findingsAtLeast ? ' at least' : ''}`] : []),
  ];
}

function indented(text: string): readonly string[] {
  return wrapText(text, width - 2).map((line) => `  ${line}`);
}

function classesText(classes: VerifyReport['classes']): readonly string[] {
  const told = Object.entries(classes).map(([name, n]) => `${count.format(n)} ${name}`);
  return wrapText(`orders: ${told.join(', ')} (stranded counts units)`, width);
}
