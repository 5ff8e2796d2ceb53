import { count } from '../../demo/demo-text.ts';
import type { CounterCheck } from '../counter-check.ts';
import { span } from '../figures.ts';
import type { Scene } from '../scene.ts';
import type { VerifySeen } from '../sighting.ts';
import { dim, type Line, said } from '../styled-line.ts';
import type { PanelLines } from './panel.ts';

/** What is known of the invariants: what the counters say now, and what `verify` said last, each with its age. */
export const verdictPanel: PanelLines = (scene) => [counterLine(scene), verifyLine(scene)];

function counterLine(scene: Scene): Line {
  const check = scene.sale === null ? undefined : scene.state.counters.get(scene.sale.saleId);
  if (check === undefined) return [said('off', 'counters: nothing to check yet')];
  const ageMs = Math.max(0, scene.nowMs - check.atMs);
  if (scene.freshness.kind !== 'live') {
    return check.verdict.kind === 'violated'
      ? [said('bad', `VIOLATED ${span(ageMs)} ago: ${check.verdict.text}`)]
      : [said('unknown', `counters: not checked for ${span(ageMs)}`)];
  }
  return [...spokenOf(check, scene.nowMs), dim(` (${span(ageMs)} ago)`)];
}

function spokenOf({ verdict }: CounterCheck, nowMs: number): Line {
  switch (verdict.kind) {
    case 'holds':
      return [said('good', 'counters: total = free + held + sold, at rest')];
    case 'moving':
      return [
        said(
          'busy',
          `counters: not oversold; ${verdict.units === 0 ? 'the sale moves' : `${count(verdict.units)} units on their way`}`,
        ),
      ];
    case 'differs':
      return [
        said(
          'warning',
          `counters: ${verdict.productId} differs by ${count(verdict.units)} for ${span(nowMs - verdict.sinceMs)}: fluxgate verify`,
        ),
      ];
    case 'violated':
      return [said('bad', `VIOLATED: ${verdict.text}`)];
    case 'unknown':
      return [said('unknown', `counters: not checked, ${verdict.why}`)];
    default:
      return verdict satisfies never;
  }
}

/** Longer ago than this, a proof is history: three rounds of the default interval. */
export const provenForMs = 120_000;

function verifyLine({ state, nowMs }: Scene): Line {
  if (state.verify === null) return [said('off', 'verify: has not run yet')];
  const { verdict, summary, invariants, findings, tookMs } = state.verify.verify;
  const ageMs = Math.max(0, nowMs - state.verify.atMs);
  const when = `${span(ageMs)} ago`;
  switch (verdict) {
    case 'off':
      return [said('off', `verify: ${summary}`)];
    case 'holds':
      return [
        ageMs > provenForMs
          ? said('unknown', `verify: all ${invariants.length} invariants held ${when}`)
          : said('good', `verify: all ${invariants.length} invariants hold`),
        dim(ageMs > provenForMs ? '' : ` (${when}, took ${span(tookMs)})`),
      ];
    case 'violated':
      return [said('bad', `verify: VIOLATED ${when}: ${findings[0]?.text ?? summary}`)];
    case 'inconclusive':
      return inconclusiveLine(invariants, summary, when);
    default:
      return verdict satisfies never;
  }
}

/** While a sale goes on the books never rest: then all but conservation can be said. */
function inconclusiveLine(invariants: VerifySeen['invariants'], summary: string, when: string): Line {
  const open = invariants.filter(({ verdict }) => verdict !== 'holds').map(({ name }) => name);
  if (invariants.length === 0 || open.length === invariants.length)
    return [said('unknown', `verify: nothing can be said ${when}: ${summary}`)];
  const held = invariants.length - open.length;
  return [
    said('busy', `verify: ${held} of ${invariants.length} invariants hold; open: ${open.join(', ')}`),
    dim(` (${when})`),
  ];
}
