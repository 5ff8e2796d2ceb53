import { alignedTable } from '../../command/aligned-table.ts';
import { countedWords } from '../../verify/counted-words.ts';
import { wrapText } from '../../verify/wrap-text.ts';
import type { ComparedFigure, ComparedSide, Comparison } from './comparison.ts';
import type { Interval } from './resample.ts';

const width = 80;
const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });

/** What a person reads: the figures of both sides, what their differences are worth, and the verdict as the last line. */
export function comparisonText(comparison: Comparison): string {
  const { title, a, b, figures, obstacles, notes } = comparison;
  return [
    `${title}: B (${sideText(b)}) against A (${sideText(a)})`,
    '',
    ...(figures.length === 0 ? [] : [figureTable(figures), '', ...legend(comparison), '']),
    ...notes.flatMap((note) => wrapText(note, width)),
    ...(notes.length === 0 ? [] : ['']),
    ...wrapText(`${verdictText(comparison)}${unjudgedText(comparison)}`, width),
    ...obstacles.flatMap((obstacle) => wrapText(obstacle, width - 2).map((line) => `  ${line}`)),
  ].join('\n');
}

function sideText({ runs, serverVersions }: ComparedSide): string {
  const versions = serverVersions.length === 0 ? '' : `, server ${serverVersions.join(' and ')}`;
  return `${countedWords(runs, 'runs')}${versions}`;
}

function figureTable(figures: readonly ComparedFigure[]): string {
  const numbers = ['n', 'A', 'B', 'change', 'noise'];
  const rows = figures.map((figure) => [
    `${figure.name}, ${units[figure.unit].name}`,
    whole.format(Math.min(figure.n.a, figure.n.b)),
    valueText(figure, figure.a),
    valueText(figure, figure.b),
    changeText(figure, figure.difference, '-'),
    figure.interval === null ? '-' : intervalText(figure, figure.interval),
    figure.finding.kind === 'not_judged' ? '-' : figure.finding.kind,
  ]);
  return alignedTable(['figure', ...numbers, ''], rows, { right: numbers });
}

function legend({ confidence, tolerance, figures }: Comparison): readonly string[] {
  const why = new Map<string, string[]>();
  for (const { name, finding } of figures)
    if (finding.kind === 'not_judged') why.set(finding.why, [...(why.get(finding.why) ?? []), name]);
  const said =
    `n: answers of the side that has fewer. noise: where the true change lies with ${percent(confidence, 4)} confidence ` +
    `each, 95 % all together; "same" where 0 is in it, or the change is below ${percent(tolerance)}.`;
  return [
    ...wrapText(said, width),
    ...(why.size === 0 ? [] : ['Not judged (-):']),
    ...[...why].flatMap(([reason, names]) =>
      wrapText(`${reason}: ${names.join(', ')}`, width - 2).map((line) => `  ${line}`),
    ),
  ];
}

function verdictText({ verdict, figures }: Comparison): string {
  const named = (kind: 'better' | 'worse'): string =>
    figures.flatMap(({ name, finding }) => (finding.kind === kind ? [name] : [])).join(', ');
  const better = named('better');
  switch (verdict) {
    case 'better':
      return `Verdict: B is better in ${better}`;
    case 'worse':
      return `Verdict: B is worse in ${named('worse')}${better === '' ? '' : `; better in ${better}`}`;
    case 'no_difference':
      return 'Verdict: no difference that exceeds the noise';
    case 'not_comparable':
      return 'Verdict: not comparable';
    default:
      return verdict satisfies never;
  }
}

/** A verdict without the median or the tail is less than it seems. */
function unjudgedText({ verdict, figures }: Comparison): string {
  if (verdict === 'not_comparable') return '';
  const names = figures.flatMap(({ name, finding }) =>
    finding.kind === 'not_judged' && /^p\d/.test(name) ? [name] : [],
  );
  return names.length === 0 ? '' : ` (not judged: ${names.join(', ')})`;
}

const units = {
  ms: { name: 'ms', factor: 1 },
  per_second: { name: '1/s', factor: 1 },
  share: { name: '%', factor: 100 },
} as const;

function valueText({ unit }: ComparedFigure, value: number | null): string {
  if (value === null) return 'none';
  const shown = value * units[unit].factor;
  return Math.abs(shown) >= 1_000 ? whole.format(shown) : String(Number(shown.toPrecision(3)));
}

/** As a part of a; of shares, which are parts themselves, the difference in percentage points. */
function changeText({ unit, a }: ComparedFigure, difference: number | null, none = 'none'): string {
  if (difference === null) return none;
  if (unit === 'share') return `${signed(difference * 100, 2)} pp`;
  if (a === null || a === 0) return signed(difference, 1);
  return `${signed((difference / a) * 100, 1)} %`;
}

/** The unit once, behind both ends: a line of 80 columns has room for no more. */
function intervalText(figure: ComparedFigure, { low, high }: Interval): string {
  return `${changeText(figure, low).split(' ')[0]} to ${changeText(figure, high)}`;
}

function signed(value: number, fractionDigits: number): string {
  const text = Math.abs(value).toFixed(Math.abs(value) >= 100 ? 0 : fractionDigits);
  return `${value < 0 ? '-' : '+'}${text}`;
}

function percent(part: number, digits = 3): string {
  return `${Number((part * 100).toPrecision(digits))} %`;
}
