import { describe, expect, it } from 'vitest';
import { composeSimulation } from '../../../../../src/compose-simulation.ts';
import type { SmallWorld, ToldWorld } from '../../../../../src/toolkit/simulate/asked/tell-world.ts';
import { diagramSvg } from '../../../../../src/toolkit/simulate/diagram/diagram-svg.ts';
import { findingPage } from '../../../../../src/toolkit/simulate/diagram/finding-page.ts';
import { makeDiagram } from '../../../../../src/toolkit/simulate/diagram/make-diagram.ts';
import { planOf } from '../../../../../src/toolkit/simulate/seeds/run-seed.ts';
import { openElements } from '../../../../support/svg-elements.ts';
import { asked, happened, lost, noted, orderIds } from '../../../../support/trace-events.ts';

const { A } = orderIds;
const broken = {
  ...({ invariant: 'no-lost-order', kind: 'heard_before_logged', ids: [], atMs: 40 } as const),
  text: `a buyer heard 200 for ${A}, and <script>the log</script> does not have it`,
};
const events = [
  happened(1, 'fault', 'log down for 20 ms'),
  ...asked(2, ['buyers', 'p1'], ['order user-1 key-0', 'accepted'], [A, 'user-1']),
  ...asked(10, ['p1', 'ledger'], ['record', 'recorded'], [A]),
  lost(
    20,
    ['p1', 'log'],
    'append 1: the connection was refused, and that in a sentence that is far too long for any arrow',
    [A],
  ),
  noted(30, 'p1', 'rebuild-gate: nothing to see & nothing to do'),
  happened(40, 'finding', broken.text),
];

function aFinding(): { readonly told: ToldWorld; readonly small: SmallWorld } {
  const plan = planOf(3, composeSimulation());
  const result = { broken, digest: 1, steps: 2, virtualMs: 3, openedMs: 1_350, reached: {}, heard: [] };
  const small: SmallWorld = {
    plan,
    result,
    broken,
    events,
    diagram: makeDiagram(events, broken),
    runs: 7,
    isSmallest: true,
  };
  return { told: { name: 'seed 3', replay: '--seed 3', plan, result, small }, small };
}

describe('the page of a finding', () => {
  it('has the finding, the world, the diagram and the command, and forbids scripts and the network', () => {
    const { told, small } = aFinding();

    const page = findingPage(told, small);

    expect(page).toContain("default-src 'none'");
    expect(page).not.toContain('<script>');
    expect(page).toContain('&lt;script&gt;');
    expect(page).toContain('fluxgate simulate --seed 3 --trace');
    expect(page).toContain('log down for 20 ms');
    expect(page).toContain(A);
    expect(page).not.toMatch(/(?:src|href)="?http/);
  });

  it('draws well-formed SVG in which every row and every actor stands', () => {
    const svg = diagramSvg(aFinding().small.diagram, 'a & b');

    expect(openElements(svg)).toEqual([]);
    for (const word of [
      'buyers',
      'ledger',
      'order A',
      'accepted',
      'record A',
      'refused',
      'nothing to see &amp; nothing',
    ])
      expect(svg).toContain(word);
    expect(svg.match(/class="actor"/g)).toHaveLength(4);
    expect(svg.match(/class="unheard shaft"/g)).toHaveLength(1);
  });

  it('keeps its texts inside the picture', () => {
    const svg = diagramSvg(aFinding().small.diagram, 'title');

    for (const [, x, anchor] of svg.matchAll(/<text [^>]*x="([\d.]+)"[^>]*?(text-anchor="\w+")?[^>]*>/g)) {
      expect(Number(x)).toBeGreaterThanOrEqual(0);
      expect(Number(x), anchor).toBeLessThanOrEqual(960);
    }
  });
});
