import { describe, expect, it } from 'vitest';
import { compareVariants } from '../../../../../src/toolkit/simulate/policy/compare-variants.ts';
import { curveBins } from '../../../../../src/toolkit/simulate/policy/measure-run.ts';
import { type Measured, measureKeys } from '../../../../../src/toolkit/simulate/policy/measures.ts';
import { policyPage } from '../../../../../src/toolkit/simulate/policy/policy-page.ts';
import type { PolicyCurves, PolicyResult } from '../../../../../src/toolkit/simulate/policy/policy-result.ts';
import { policyProgress, policyText } from '../../../../../src/toolkit/simulate/policy/policy-text.ts';
import { aVariant } from './a-policy.ts';

const nothing = Object.fromEntries(measureKeys.map((key) => [key, null])) as Measured;

/** Of the first variant each sale is sold out after its number of seconds, of the second in half the time. */
function aResult(sales: number, more: Partial<PolicyResult> = {}): PolicyResult {
  const first = Array.from(
    { length: sales },
    (_, n): Measured => ({ ...nothing, sellOutSeconds: 20 + n, unitsSold: 1 }),
  );
  const second = first.map((sale): Measured => ({ ...sale, sellOutSeconds: (sale.sellOutSeconds ?? 0) / 2 }));
  const { confidence, compared } = compareVariants([first, second]);
  const variants = [first, second].flatMap((of, n) => {
    const measures = compared[n];
    const policy = aVariant({ name: n === 0 ? 'as it is' : 'twice <as fast>', admissionRate: 100 * (n + 1) });
    return measures === undefined ? [] : [{ policy, measures, sales: of, cutOff: 0 }];
  });
  return {
    ...{
      format: 'fluxgate-policy-comparison',
      version: 1,
      title: 'How fast',
      why: 'It matters.',
      confidence,
      variants,
    },
    crowd: { title: 'A crowd', buyers: 3_000, units: 800 },
    seeds: { from: 1, count: sales },
    servers: { count: 2, serviceMs: 0.2 },
    ...{ hardStopSeconds: 100, broken: [] },
    ...more,
  };
}

const bins = () => new Uint32Array(curveBins).fill(3, 0, 40);
const curve = () => ({ units: bins(), came: bins(), won: bins(), waited: bins() });
const curves: PolicyCurves = { binSeconds: 0.05, variants: [curve(), curve()] };

describe('the answer to a policy question', () => {
  it('has a line for each variant of each measure, and says what is larger than chance', () => {
    const text = policyText(aResult(20));

    expect(text).toMatch(/^sold out after$/m);
    expect(text).toMatch(/^ {2}as it is +29\.5 s +\S+ to \S+$/m);
    expect(text).toMatch(/^ {2}twice <as fast> +14\.8 s +\S+ to \S+ +-14\.8 s \* +-\S+ to -\S+$/m);
    expect(text).toContain('stock sold: 100 % in every sale.');
    expect(text).toContain('Larger than chance, against "as it is":\n  twice <as fast>: sold out after -14.8 s');
  });

  it('fits a terminal of 80 columns', () => {
    const widest = Math.max(
      ...policyText(aResult(20))
        .split('\n')
        .map((line) => line.length),
    );

    expect(widest).toBeLessThanOrEqual(80);
  });

  it('says how many sales it takes where there are too few', () => {
    const text = policyText(aResult(3));

    expect(text).toContain('3 sales are too few to tell a difference from chance: --seeds 7 or more.');
    expect(text).toContain('twice <as fast>: nothing');
  });

  it('says what did not sell out, what was cut off, and what was broken', () => {
    const { variants } = aResult(20);
    const [first, second] = variants;
    if (first === undefined || second === undefined) throw new Error('two variants were made');
    const never = { ...first.measures.sellOutSeconds, n: 0, mean: null };
    const text = policyText(
      aResult(20, {
        variants: [first, { ...second, cutOff: 4, measures: { ...second.measures, sellOutSeconds: never } }],
        broken: [{ variant: 'as it is', seed: 7, text: 'no-oversell: 801 of 800 units' }],
      }),
    );

    expect(text).toContain('"twice <as fast>" never sold out.');
    expect(text.replaceAll('\n', ' ')).toContain('4 of 20 sales of "twice <as fast>" were cut off after 100 s');
    expect(text).toContain('A promise was broken in "as it is", seed 7: no-oversell: 801 of 800 units');
  });

  it('tells its progress with rate and time left', () => {
    expect(policyProgress(20, 80, 10_000)).toBe('20 of 80 sales, 2.0/s, 30 s left');
  });
});

describe('the page of it', () => {
  it('has the table, three plots and what is not in it, and takes names for text', () => {
    const page = policyPage(aResult(20), curves);

    expect(page.match(/<svg /g)).toHaveLength(3);
    expect(page).toContain('twice &lt;as fast&gt;');
    expect(page).not.toContain('<as fast>');
    expect(page).toContain('<h2>What is not in it</h2>');
    expect(page).toMatch(/<td class="n larger">-14\.8 s<\/td>/);
  });

  it('needs nothing but itself', () => {
    const page = policyPage(aResult(20), curves);

    expect(page).not.toMatch(/<script|src=|href=/);
    expect(page).toContain(`content="default-src 'none'; style-src 'unsafe-inline'"`);
  });
});
