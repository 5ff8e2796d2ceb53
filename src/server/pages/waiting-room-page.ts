import { hash } from 'node:crypto';
import { type Html, html, trusted } from './html.ts';
import { roomScript } from './room-script.ts';
import { roomStyle } from './room-style.ts';
import type { RoomView } from './room-view.ts';

/** What the address says: kept through every step, so that a reload loses nothing. */
export interface RoomAddress {
  readonly saleId: string;
  readonly userId: string | null;
  readonly productId: string | null;
  readonly quantity: string;
  readonly ticket: string | null;
}

export function roomPath({ saleId, userId, productId, quantity, ticket }: RoomAddress): string {
  const query = new URLSearchParams({ saleId });
  if (userId !== null) query.set('userId', userId);
  if (productId !== null) {
    query.set('productId', productId);
    query.set('quantity', quantity);
  }
  if (ticket !== null) query.set('ticket', ticket);
  return `/waiting-room?${query}`;
}

const sourceOf = (text: string) => `'sha256-${hash('sha256', text, 'base64')}'`;

/** Nothing but this page's own style and script runs, nothing is loaded, nobody may frame it, and its address (ticket, user) stays here. */
export const pageHeaders: readonly string[] = [
  'content-security-policy',
  `default-src 'none'; style-src ${sourceOf(roomStyle)}; script-src ${sourceOf(roomScript)}; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,
  'referrer-policy',
  'no-referrer',
  'x-content-type-options',
  'nosniff',
];

const badges: Readonly<Record<RoomView['state'], string>> = {
  ask: 'Waiting room',
  join: 'Waiting room',
  waiting: 'Waiting room · live',
  admitted: 'Your turn',
  sold_out: 'Sold out',
  scheduled: 'Opening soon',
  paused: 'Paused',
  closed: 'Closed',
  rebuilding: 'Restoring',
  refused: 'Waiting room',
  unknown_sale: 'Waiting room',
  invalid: 'Waiting room',
  busy: 'One moment',
};
const warned: ReadonlySet<RoomView['state']> = new Set([
  'sold_out',
  'paused',
  'closed',
  'refused',
  'unknown_sale',
  'invalid',
  'busy',
]);

function facts({ eta, stockLeft, until }: RoomView): Html | null {
  const rows: Html[] = [];
  if (eta !== null) rows.push(html`<div><dt>Estimated wait</dt><dd data-part="eta">${eta}</dd></div>`);
  if (stockLeft !== null) {
    rows.push(html`<div><dt>Still available</dt><dd data-part="stock">${stockLeft.toLocaleString('en')}</dd></div>`);
  }
  if (until !== null) {
    rows.push(
      html`<div><dt>${until.label}</dt><dd data-part="until"><time datetime="${until.at}">${until.at}</time></dd></div>`,
    );
  }
  return rows.length === 0 ? null : html`<dl class="facts">${rows}</dl>`;
}

function hidden(name: string, value: string | null): Html {
  return html`${value === null ? null : html`<input type="hidden" name="${name}" value="${value}">`}`;
}

/** A form that takes a ticket; it works without scripts, which send it by themselves where the buyer is known. */
function joinForm(address: RoomAddress, label: string, auto: boolean): Html {
  const asked =
    address.userId === null
      ? html`<label for="user">Buyer id</label><input id="user" name="userId" required maxlength="128" autocomplete="username" autocapitalize="none" spellcheck="false">`
      : hidden('userId', address.userId);
  return html`<form method="get" action="/waiting-room"${auto ? trusted(' data-join') : null}>${asked}${hidden('saleId', address.saleId)}${hidden('productId', address.productId)}${address.productId === null ? null : hidden('quantity', address.quantity)}<input type="hidden" name="join" value="1"><button>${label}</button></form>`;
}

function orderForm({ saleId, userId, productId, quantity }: RoomAddress, pass: string): Html {
  const passText = html`<details class="pass"><summary>Show the pass</summary><p>For an app or a shop that asks for it (header <code>x-queue-pass</code>):<br><code data-part="pass">${pass}</code></p></details>`;
  if (productId === null || userId === null) {
    return html`<p class="result">Go back to the shop to order: your pass goes with you.</p>${passText}`;
  }
  const what = quantity === '1' ? productId : `${quantity} × ${productId}`;
  return html`<form data-order data-sale-id="${saleId}" data-user-id="${userId}" data-product-id="${productId}" data-quantity="${quantity}"><button>Order ${what}</button><noscript><p class="lead">The button needs scripts. Without them, use the pass below in your shop.</p></noscript></form><p class="result" hidden></p>${passText}`;
}

function action(view: RoomView, address: RoomAddress): Html | null {
  if (view.state === 'ask') return joinForm({ ...address, userId: null }, 'Take a place', false);
  if (view.state === 'join') return joinForm(address, 'Take a place', true);
  if (view.state === 'refused') return joinForm(address, 'Take a new place', false);
  return view.pass === null ? null : orderForm(address, view.pass);
}

const stepTexts = [
  'You take a place in the queue',
  'We call you in order, first come first served',
  'You get a pass and order',
];

function steps(present: number): Html {
  const items = stepTexts.map((text, index) => {
    const number = index + 1;
    if (number === present)
      return html`<li aria-current="step"><i aria-hidden="true">${number}</i><span>${text}</span></li>`;
    if (number > present) return html`<li><i aria-hidden="true">${number}</i><span>${text}</span></li>`;
    return html`<li class="done"><i aria-hidden="true">✓</i><span>${text} <span class="unseen">(done)</span></span></li>`;
  });
  return html`<ol class="steps" aria-label="What happens next">${items}</ol>`;
}

/** What a screen reader is told when it changes: short, and without what changes every second. */
function spoken({ title, position, eta }: RoomView): string {
  return [title, position === null ? '' : `Position ${position}`, eta ?? ''].filter(Boolean).join('. ');
}

/** The part that changes. The script replaces it; `data-` attributes tell it how to go on. */
export function renderRoom(view: RoomView, address: RoomAddress): Html {
  const withTicket = roomPath({ ...address, ticket: view.ticket });
  return html`<section class="card${warned.has(view.state) ? ' warn' : ''}" data-state="${view.state}" data-title="${view.title}" data-say="${spoken(view)}" data-address="${withTicket}" data-refresh="${view.refreshMs ?? ''}" data-pass="${view.pass ?? ''}"><p class="badge"><span class="dot" aria-hidden="true"></span>${badges[view.state]}</p><h1 tabindex="-1" data-part="title">${view.title}</h1><p class="lead">${view.lead}</p>${
    view.position === null
      ? null
      : html`<p class="place"><b data-part="position">${view.position.toLocaleString('en')}</b><span>your position in the queue</span></p>`
  }${facts(view)}${action(view, address)}${view.step === null ? null : steps(view.step)}</section>`;
}

/** The whole page. Without scripts it loads itself again. */
export function renderPage(view: RoomView, address: RoomAddress): Html {
  const seconds = view.refreshMs === null ? null : Math.ceil(view.refreshMs / 1000);
  const again = roomPath({ ...address, ticket: view.ticket ?? address.ticket });
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="robots" content="noindex">
<title>${view.title}</title>
${seconds === null ? null : html`<noscript><meta http-equiv="refresh" content="${seconds};url=${again}"></noscript>`}
<style>${trusted(roomStyle)}</style>
</head>
<body>
<main id="room">${renderRoom(view, address)}</main>
<footer>First come, first served. Nobody can skip the queue.</footer>
<div id="live" class="unseen" role="status" aria-live="polite"></div>
<script type="module">${trusted(roomScript)}</script>
</body>
</html>
`;
}
