import { alignedTable } from '../../command/aligned-table.ts';
import { secondsText } from '../../plot/unit-text.ts';
import { wrapText } from '../../verify/wrap-text.ts';
import { type ComparedMeasure, fewestSales, isLarger } from './compare-variants.ts';
import { bareIntervalText, differenceText, valueText } from './measure-text.ts';
import { type Measure, measures } from './measures.ts';
import type { PolicyResult, VariantResult } from './policy-result.ts';

const width = 80;

/** What a person reads: each measure of each variant, and then which differences are larger than chance. */
export function policyText(result: PolicyResult): string {
  const { title, variants } = result;
  const { varied, constant } = shownMeasures(variants);
  return [
    ...wrapText(title, width),
    ...wrapText(aboutText(result), width),
    '',
    measureTable(varied, variants),
    '',
    ...constant.flatMap((line) => wrapText(line, width)),
    ...wrapText(legendText(result), width),
    ...notesOn(result).flatMap((note) => wrapText(note, width)),
    '',
    ...verdictLines(result, varied),
  ].join('\n');
}

export function aboutText({ crowd, seeds, servers, variants }: PolicyResult): string {
  const sales = `${seeds.count} sales of each of ${variants.length} variants, the same crowds for all`;
  const rooms = `${servers.count} ${servers.count === 1 ? 'server' : 'servers'} at ${servers.serviceMs} ms a request`;
  return `${crowd.title}: ${crowd.buyers.toLocaleString('en')} buyers, ${crowd.units.toLocaleString('en')} units, ${rooms}; ${sales}`;
}

/** Measures that some sale has. Where every sale came to the same, a table says nothing: a sentence each. */
export function shownMeasures(variants: readonly VariantResult[]): {
  readonly varied: readonly Measure[];
  readonly constant: readonly string[];
} {
  const varied: Measure[] = [];
  const constant: string[] = [];
  for (const measure of measures) {
    const values = new Set(variants.flatMap(({ sales }) => sales.map((sale) => sale[measure.key])));
    const [only = null] = values;
    if (values.size > 1) varied.push(measure);
    else if (only !== null) constant.push(`${measure.name}: ${valueText(measure, only)} in every sale.`);
  }
  return { varied, constant };
}

function measureTable(shown: readonly Measure[], variants: readonly VariantResult[]): string {
  const numbers = ['mean', '95 %', 'change', 'lies in'];
  const rows = shown.flatMap((measure) => [
    [measure.name],
    ...variants.map(({ policy, measures: of }) => rowOf(`  ${policy.name}`, measure, of[measure.key])),
  ]);
  return alignedTable(['measure', ...numbers], rows, { right: numbers });
}

function rowOf(name: string, measure: Measure, { mean, interval, difference }: ComparedMeasure): readonly string[] {
  const known = [name, valueText(measure, mean), bareIntervalText(measure, { mean, interval }, false)];
  if (difference === null) return known;
  // a blank where others have a star, so that digits stand below digits
  const star = isLarger(difference) ? '*' : ' ';
  const changed = [...known, `${differenceText(measure, difference.mean)} ${star}`];
  return difference.kind === 'too_few' ? changed : [...changed, bareIntervalText(measure, difference, true)];
}

function legendText({ confidence, variants }: PolicyResult): string {
  const each = `${Number((confidence * 100).toPrecision(5))} %`;
  return (
    `95 %: where the mean over all possible crowds lies. change: against "${variants[0]?.policy.name}", crowd by crowd. lies in: ` +
    `where the true change lies with ${each} confidence each, 95 % all together; * where 0 is not in it: larger than chance.`
  );
}

/** What one should know who believes the table. */
export function notesOn({ variants, hardStopSeconds, seeds, confidence }: PolicyResult): readonly string[] {
  const cut = variants.filter(({ cutOff }) => cutOff > 0);
  const unsold = variants.filter(({ measures: of, sales }) => of.sellOutSeconds.n < sales.length);
  return [
    ...(seeds.count < fewestSales(confidence)
      ? [
          `${seeds.count} sales are too few to tell a difference from chance: --seeds ${fewestSales(confidence)} or more.`,
        ]
      : []),
    ...unsold.map(({ policy, measures: of, sales }) =>
      of.sellOutSeconds.n === 0
        ? `"${policy.name}" never sold out.`
        : `"${policy.name}" sold out in ${of.sellOutSeconds.n} of ${sales.length} sales; its time is of these.`,
    ),
    ...cut.map(
      ({ policy, cutOff, sales }) =>
        `${cutOff} of ${sales.length} sales of "${policy.name}" were cut off after ${secondsText(hardStopSeconds)} (hardStopSeconds).`,
    ),
  ];
}

function verdictLines({ variants, broken }: PolicyResult, shown: readonly Measure[]): readonly string[] {
  const [first, ...others] = variants;
  return [
    `Larger than chance, against "${first?.policy.name}":`,
    ...others.flatMap(({ policy, measures: of }) => {
      const larger = shown.flatMap((measure) => {
        const { difference } = of[measure.key];
        return difference !== null && isLarger(difference)
          ? [`${measure.name} ${differenceText(measure, difference.mean)}`]
          : [];
      });
      const [head = '', ...rest] = wrapText(`${policy.name}: ${larger.join('; ') || 'nothing'}`, width - 4);
      return [`  ${head}`, ...rest.map((line) => `    ${line}`)];
    }),
    ...broken
      .slice(0, brokenTold)
      .flatMap(({ variant, seed, text }) => [
        '',
        ...wrapText(`A promise was broken in "${variant}", seed ${seed}: ${text}`, width),
      ]),
  ];
}

const brokenTold = 5;

/** One line while it runs. */
export function policyProgress(sales: number, all: number, elapsedMs: number): string {
  const perSecond = sales / Math.max(0.001, elapsedMs / 1_000);
  return `${sales} of ${all} sales, ${perSecond.toFixed(1)}/s, ${Math.ceil((all - sales) / Math.max(0.01, perSecond))} s left`;
}
