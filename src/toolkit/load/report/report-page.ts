import { type Html, html, trusted } from '../../../server/pages/html.ts';
import { drawPlot } from '../../plot/draw-plot.ts';
import { digits } from '../../plot/unit-text.ts';
import type { LoadResult } from '../load-result.ts';
import { generatorPlots, serverPlots } from './health-plots.ts';
import { reportStyle } from './report-style.ts';
import {
  aboutTable,
  behaviourTable,
  callTable,
  errorTable,
  fairnessText,
  msText,
  outcomeTable,
  thresholdTable,
} from './report-tables.ts';
import { runColumns } from './run-columns.ts';
import { runMarks } from './run-marks.ts';
import { type RunPlot, trafficPlots } from './traffic-plots.ts';

/**
 * A run as one page for a colleague: no script, nothing from elsewhere (its own policy forbids both), readable in the light,
 * in the dark and on paper. Everything that comes from the result is text in it. @throws FluxError `result_unreadable`
 */
export function reportPage(result: LoadResult): string {
  const columns = runColumns(result);
  const draw = (plots: readonly RunPlot[]): readonly Html[] => plots.map((plot) => figureOf(plot, result));
  const server = serverPlots(result);
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${result.title}: ${verdicts[result.verdict].word}</title><style>${trusted(reportStyle)}</style></head><body><main>
${header(result)}
<h2>Thresholds</h2>${thresholdTable(result)}
<h2>The crowd and its answers</h2>${draw(trafficPlots(result, columns))}
<h2>Answers by outcome</h2>
<p class="soft">Milliseconds from the scheduled moment: what a buyer waited. Service: from the request on a connection to its answer.</p>
${outcomeTable(result)}
<h2>Errors by kind</h2>${errorTable(result)}
<h2>Buyers by behaviour</h2>${behaviourTable(result)}<p>${fairnessText(result)}</p>${callTable(result)}
<h2>The server</h2>${
    server.length > 0 ? draw(server) : html`<p class="soft">It did not show its figures (GET /stats, docs/http.md).</p>`
  }
<h2>The generator</h2>
<p class="soft">A generator that is late or busy measures itself. Beyond its limits a run is inconclusive.</p>
${draw(generatorPlots(columns))}
<h2>About this run</h2>${aboutTable(result)}
<footer>Made by fluxgate load report from the result of a run; latencies are from the scheduled moment (no coordinated omission).</footer>
</main></body></html>
`.html;
}

const verdicts = {
  passed: { word: 'passed', sign: '✓', meaning: 'Every threshold holds.' },
  failed: { word: 'failed', sign: '✗', meaning: 'At least one threshold does not hold.' },
  inconclusive: { word: 'inconclusive', sign: '?', meaning: 'The run proves nothing, for these reasons:' },
} as const;

function header(result: LoadResult): Html {
  const { word, sign, meaning } = verdicts[result.verdict];
  const unmeasured = result.thresholds
    .filter(({ actual }) => actual === null)
    .map(({ name }) => `nothing to measure ${name} by`);
  const reasons = result.verdict === 'inconclusive' ? [...result.doubts, ...unmeasured] : result.doubts;
  return html`<h1>${result.title}</h1><p class="soft">${result.why}</p>
<div class="verdict ${word}" role="status"><b>${sign} ${word}</b><div>${meaning}${
    reasons.length === 0 ? null : html`<ul>${reasons.map((reason) => html`<li>${reason}</li>`)}</ul>`
  }${result.sharedMachine ? html`<p class="soft">Client and server shared a machine: they took processor time from each other.</p>` : null}</div></div>
<dl class="facts">${factsOf(result).map(
    ([name, value, more]) => html`<div><dt>${name}</dt><dd>${value}<small>${more}</small></dd></div>`,
  )}</dl>`;
}

type Fact = readonly [name: string, value: string, more: string];

/** What a reader asks first. Accepted orders and refusals never stand in one number. */
function factsOf({ arrivals, requests, outcomes, all }: LoadResult): readonly Fact[] {
  const accepted = outcomes.accepted?.latencyMs;
  return [
    ['buyers came', digits(arrivals.arrived), `of ${digits(arrivals.planned)} planned`],
    ['rate', `${digits(arrivals.achievedPerSecond)}/s`, `planned ${digits(arrivals.targetPerSecond)}/s`],
    ['accepted', `${digits(requests.goodputPerSecond)}/s`, `${digits(accepted?.n ?? 0)} orders`],
    ['refused', `${digits(requests.refusalsPerSecond)}/s`, 'by the rules of the sale'],
    [
      'p99 of accepted',
      accepted === undefined ? 'none' : `${msText(accepted.p99)} ms`,
      accepted === undefined ? 'no order was accepted' : `max ${msText(accepted.max)} ms, n ${digits(accepted.n)}`,
    ],
    [
      'p99 of all answers',
      `${msText(all.latencyMs.p99)} ms`,
      `max ${msText(all.latencyMs.max)} ms, n ${digits(all.latencyMs.n)}`,
    ],
    ['errors and drops', `${digits(requests.errorRate * 100)} %`, `${digits(requests.dropped)} dropped`],
  ];
}

function figureOf(plot: RunPlot, result: LoadResult): Html {
  const { spans, moments } = runMarks(result);
  const seconds = [0, Math.max(result.planMs, result.durationMs) / 1_000] as const;
  return html`<figure>${trusted(drawPlot({ ...plot, seconds, spans, moments }))}</figure>`;
}
