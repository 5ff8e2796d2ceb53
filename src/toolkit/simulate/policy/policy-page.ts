import { type Html, html, trusted } from '../../../server/pages/html.ts';
import { reportStyle } from '../../load/report/report-style.ts';
import { drawPlot } from '../../plot/draw-plot.ts';
import { isLarger } from './compare-variants.ts';
import { differenceText, intervalText, valueText } from './measure-text.ts';
import { type Measure, measures } from './measures.ts';
import { policyPlots } from './policy-plots.ts';
import type { PolicyCurves, PolicyResult, VariantResult } from './policy-result.ts';
import { aboutText, notesOn, shownMeasures } from './policy-text.ts';

/**
 * The answer as one page for a colleague: no script, nothing from elsewhere (its own policy forbids both), readable in the light,
 * in the dark and on paper.
 */
export function policyPage(result: PolicyResult, curves: PolicyCurves): string {
  const { varied: shown, constant } = shownMeasures(result.variants);
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${result.title}</title><style>${trusted(reportStyle)}${trusted(pageStyle)}</style></head><body><main>
<h1>${result.title}</h1><p class="soft">${result.why}</p><p>${aboutText(result)}.</p>
${brokenText(result)}
<h2>What differs by more than chance</h2>${verdict(result, shown)}
${notesOn(result).map((note) => html`<p>${note}</p>`)}
<h2>Over time</h2>${policyPlots(result, curves).map((plot) => html`<figure>${trusted(drawPlot(plot))}<figcaption class="soft">${plot.description}</figcaption></figure>`)}
<h2>Every measure</h2>${measureTable(result, shown)}${constant.map((line) => html`<p>${line}</p>`)}
<p class="soft">95 %: where the mean over all possible crowds lies. Change: against the first variant, crowd by crowd; the range behind it is
where the true change lies with ${Number((result.confidence * 100).toPrecision(5))} % confidence each, 95 % all together. Bold where 0 is not in it.</p>
<h2>The variants</h2>${variantTable(result)}
<h2>What is measured</h2><dl class="terms">${measures.map(({ name, meaning }) => html`<dt>${name}</dt><dd>${meaning}</dd>`)}</dl>
<h2>What is not in it</h2><p>The flows are the real ones; gate, order log and ledger answer within a few milliseconds however many ask, and have no
processor that could be full. A request costs its server ${result.servers.serviceMs} ms. There are no faults, no limits on addresses or accounts,
and no people who reload a page. Compare variants by it; measure what a machine can do with a load run.</p>
<footer>Made by fluxgate simulate --policy, seeds ${result.seeds.from} to ${result.seeds.from + result.seeds.count - 1}. The same file and seeds give the same figures.</footer>
</main></body></html>
`.html;
}

const pageStyle = `
tr.head th{padding-top:16px;color:var(--plot-ink);font-size:14px}
.larger{font-weight:700;color:var(--plot-ink)}
.changes{margin:0;padding:0;list-style:none}.changes>li{margin:0 0 12px}.changes ul{margin:2px 0 0;padding-left:20px}
.terms dt{margin-top:8px;color:var(--plot-ink);font-weight:600;font-size:14px}.terms dd{font-size:14px;font-weight:400;max-width:75ch}
figcaption{font-size:13px}
`;

function brokenText({ broken }: PolicyResult): Html | null {
  if (broken.length === 0) return null;
  return html`<div class="verdict failed" role="status"><b>A promise was broken</b><ul>${broken
    .slice(0, 10)
    .map(({ variant, seed, text }) => html`<li>${variant}, seed ${seed}: ${text}</li>`)}</ul></div>`;
}

/** A variant each, and in words what is higher or lower. */
function verdict({ variants }: PolicyResult, shown: readonly Measure[]): Html {
  const [first, ...others] = variants;
  return html`<p class="soft">Against “${first?.policy.name ?? ''}”, over the same crowds.</p><ul class="changes">${others.map(
    ({ policy, measures: of }) => {
      const larger = shown.flatMap((measure) => {
        const { mean, difference } = of[measure.key];
        if (difference === null || !isLarger(difference)) return [];
        return [
          html`<li>${measure.name}: <b>${differenceText(measure, difference.mean)}</b>, to ${valueText(measure, mean)}</li>`,
        ];
      });
      return html`<li><b>${policy.name}</b>${larger.length === 0 ? html`<p>nothing</p>` : html`<ul>${larger}</ul>`}</li>`;
    },
  )}</ul>`;
}

function measureTable({ variants }: PolicyResult, shown: readonly Measure[]): Html {
  return html`<div class="scroll"><table><thead><tr><th scope="col">variant</th><th scope="col" class="n">mean</th><th scope="col" class="n">95 %</th><th scope="col" class="n">change</th><th scope="col" class="n">lies in</th></tr></thead>${shown.map(
    (measure) =>
      html`<tbody><tr class="head"><th scope="rowgroup" colspan="5">${measure.name}</th></tr>${variants.map((variant) => measureRow(measure, variant))}</tbody>`,
  )}</table></div>`;
}

function measureRow(measure: Measure, { policy, measures: of }: VariantResult): Html {
  const { mean, interval, difference } = of[measure.key];
  const weight = difference !== null && isLarger(difference) ? 'larger' : '';
  const change = difference === null ? '' : differenceText(measure, difference.mean);
  const range =
    difference === null
      ? ''
      : difference.kind === 'too_few'
        ? 'too few sales'
        : intervalText(measure, difference.interval, true);
  return html`<tr><td>${policy.name}</td><td class="n">${valueText(measure, mean)}</td><td class="n">${intervalText(measure, interval, false)}</td><td class="n ${weight}">${change}</td><td class="n ${weight}">${range}</td></tr>`;
}

function variantTable({ variants }: PolicyResult): Html {
  const limitText = (limits: readonly (number | null)[]) =>
    [...new Set(limits)].map((limit) => limit ?? 'none').join(', ');
  return html`<div class="scroll"><table><thead><tr><th scope="col">variant</th><th scope="col" class="n">admitted</th><th scope="col" class="n">held</th><th scope="col" class="n">limit a buyer</th><th scope="col" class="n">units</th><th scope="col" class="n">retry after</th></tr></thead><tbody>${variants.map(
    ({ policy }) =>
      html`<tr><td>${policy.name}</td><td class="n">${policy.admissionRate === null ? 'all' : `${policy.admissionRate}/s`}</td><td class="n">${policy.holdSeconds} s</td><td class="n">${limitText(policy.limits)}</td><td class="n">${policy.stock.join(' + ')}</td><td class="n">${policy.retryAfterSeconds === null ? 'as servers say' : `${policy.retryAfterSeconds} s`}</td></tr>`,
  )}</tbody></table></div>`;
}
