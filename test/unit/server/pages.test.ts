import { describe, expect, it } from 'vitest';
import { html } from '../../../src/server/pages/html.ts';
import { roomColours } from '../../../src/server/pages/room-style.ts';
import { etaText, roomView } from '../../../src/server/pages/room-view.ts';
import { renderPage, renderRoom } from '../../../src/server/pages/waiting-room-page.ts';
import { contrast } from '../../support/colours.ts';
import { sampleInstant, sampleTicket } from '../../support/fake-engine.ts';

const address = { saleId: 'default', userId: 'ada', productId: 'ticket', quantity: '1', ticket: 'ticket-text' };

describe('the style of the page', () => {
  const pairs = [
    ['ink', 'card'],
    ['ink', 'ground'],
    ['ink', 'tint'],
    ['ink', 'warnTint'],
    ['soft', 'card'],
    ['soft', 'ground'],
    ['accent', 'card'],
    ['accent', 'tint'],
    ['onAccent', 'accent'],
    ['warn', 'warnTint'],
  ] as const;

  it.each(pairs)('can be read: %s on %s, in the light and in the dark', (text, ground) => {
    for (const scheme of [roomColours.light, roomColours.dark]) {
      expect(contrast(scheme[text], scheme[ground])).toBeGreaterThanOrEqual(4.5);
    }
  });
});

describe('the estimated wait', () => {
  it.each([
    [null, 'Not known yet'],
    [{ low: 2, high: 20 }, 'Less than a minute'],
    [{ low: 30, high: 60 }, 'About a minute'],
    [{ low: 30, high: 170 }, 'Up to 3 minutes'],
    [{ low: 130, high: 260 }, '2 to 5 minutes'],
    [{ low: 3_600, high: 9_000 }, '1 to 3 hours'],
  ])('of %j reads %s', (eta, text) => {
    expect(etaText(eta)).toBe(text);
  });
});

describe('the page', () => {
  it.each([
    ['sold_out', { ...sampleTicket, stockLeft: 0 }],
    ['paused', { ...sampleTicket, openness: { kind: 'paused' as const } }],
    ['closed', { ...sampleTicket, openness: { kind: 'closed' as const } }],
    ['scheduled', { ...sampleTicket, openness: { kind: 'scheduled' as const, opensAt: sampleInstant } }],
    ['rebuilding', { kind: 'rebuilding' as const }],
    ['refused', { kind: 'refused' as const, why: 'forged' as const }],
    ['unknown_sale', { kind: 'unknown_sale' as const }],
    ['waiting', sampleTicket],
  ])('has a state of its own for %s', (state, outcome) => {
    const view = roomView(outcome, 'ticket-text');

    expect(view.state).toBe(state);
    expect(renderRoom(view, address).html).toContain(`data-state="${state}"`);
  });

  it('goes on by itself without scripts while something can change', () => {
    const waiting = renderPage(roomView(sampleTicket, 'ticket-text'), address).html;
    const over = renderPage(roomView({ ...sampleTicket, openness: { kind: 'closed' } }, 'ticket-text'), address).html;

    expect(waiting).toContain(
      '<noscript><meta http-equiv="refresh" content="2;url=/waiting-room?saleId=default&amp;userId=ada',
    );
    expect(over).not.toContain('http-equiv="refresh"');
  });

  it('escapes whatever came in', () => {
    const hostile = `"><script>alert(1)</script>'&`;
    const view = roomView({ ...sampleTicket, ticket: hostile }, hostile);

    const text = renderPage(view, {
      saleId: hostile,
      userId: hostile,
      productId: hostile,
      quantity: '1',
      ticket: hostile,
    }).html;

    expect(text).not.toContain('<script>alert');
    expect(html`<a title="${hostile}">`.html).toBe(
      '<a title="&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;&#39;&amp;">',
    );
  });
});
