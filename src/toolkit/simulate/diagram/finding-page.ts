import { type Html, html, trusted } from '../../../server/pages/html.ts';
import { reportStyle } from '../../load/report/report-style.ts';
import type { SmallWorld, ToldWorld } from '../asked/tell-world.ts';
import { planLines, planSize } from '../plan/plan-text.ts';
import { diagramStyle, diagramSvg } from './diagram-svg.ts';

/** A finding as one page for a colleague: no script, nothing from elsewhere, readable in the light, in the dark and on paper. */
export function findingPage({ name, replay, plan }: ToldWorld, small: SmallWorld): string {
  const { broken, diagram } = small;
  const title = `${broken.invariant} broken in ${name}`;
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${title}</title><style>${trusted(reportStyle + diagramStyle)}</style></head><body><main>
<h1>${title}</h1>
<div class="verdict failed" role="status"><b>✗ ${broken.kind}</b><div>${broken.text}</div></div>
<h2>The world</h2>
<p>${small.isSmallest ? 'The smallest that breaks this promise' : 'A smaller one that breaks this promise'}: ${planSize(small.plan)}, of ${planSize(plan)}.</p>
${worldTable(small)}
<h2>What happened</h2>
<p class="soft">Milliseconds of the world's own time. A dashed red arrow was never heard. What has nothing to do with the finding is folded.</p>
<figure>${trusted(diagramSvg(diagram, title))}</figure>
${ordersTable(small)}
<h2>Again</h2>
<p><code>fluxgate simulate ${replay} --trace</code></p>
<footer>Made by fluxgate simulate: the real flows over a simulated network and storage. The same seed is the same sale.</footer>
</main></body></html>
`.html;
}

function worldTable({ plan, result }: SmallWorld): Html {
  return html`<table><tbody>${planLines(plan).map(
    ({ atMs, text }) =>
      html`<tr><td class="n">${atMs === null ? '' : `${(result.openedMs + atMs).toFixed(2)} ms`}</td><td>${text}</td></tr>`,
  )}</tbody></table>`;
}

function ordersTable({ diagram }: SmallWorld): Html {
  if (diagram.orders.length === 0) return html``;
  return html`<table><thead><tr><th>Order</th><th>Buyer</th><th>Id</th></tr></thead><tbody>${diagram.orders.map(
    ({ name, orderId, userId }) =>
      html`<tr><td>${name}</td><td>${userId ?? ''}</td><td><code>${orderId}</code></td></tr>`,
  )}</tbody></table>`;
}
