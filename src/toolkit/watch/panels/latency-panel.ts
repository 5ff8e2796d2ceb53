import { count, ms } from '../../demo/demo-text.ts';
import { answerClassOf } from '../answer-classes.ts';
import { column } from '../figures.ts';
import type { StatsSeen } from '../sighting.ts';
import { dim, type Line, plain } from '../styled-line.ts';
import type { PanelLines } from './panel.ts';

const numberWidth = 8;

/** How long orders took in the last ten seconds, outcome by outcome, accepted ones first. Server-side: the network is not in it. */
export const latencyPanel: PanelLines = ({ state, freshness }, { width, height }) => {
  const name = Math.min(24, width - 4 * numberWidth - 6);
  const head: Line = [
    dim(column('last 10 s', name) + ['p50', 'p95', 'p99', 'answers'].map((one) => one.padStart(numberWidth)).join('')),
  ];
  const rows = freshness.kind === 'live' ? outcomesOf(state.server?.stats) : [];
  if (rows.length === 0) return [head, [dim(column('accepted', name)), dim('no answer in this time')]];
  return [
    head,
    ...rows.slice(0, height - 1).map(({ outcome, recent }): Line => {
      const figures = [recent.p50Ms, recent.p95Ms, recent.p99Ms].map((value) => ms(value).padStart(numberWidth));
      return [
        plain(column(outcome, name)),
        plain(figures.join('')),
        plain(count(recent.count).padStart(numberWidth)),
        dim(' ms'),
      ];
    }),
  ];
};

function outcomesOf(stats: StatsSeen | undefined): StatsSeen['http']['answers'] {
  return (stats?.http.answers ?? [])
    .filter(({ route, recent }) => route === 'POST /order' && recent.count > 0)
    .sort((a, b) => rank(b.outcome) - rank(a.outcome) || b.recent.count - a.recent.count);
}

const rank = (outcome: string): number => (answerClassOf(outcome) === 'accepted' ? 1 : 0);
