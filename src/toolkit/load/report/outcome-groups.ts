import type { HistoryOutcome } from '../../history/history-entry.ts';
import type { Colour } from '../../plot/plot-shape.ts';

/** Outcomes that are drawn as one: as many as the eye tells apart. Tables name each outcome of its own. */
export interface OutcomeGroup {
  readonly name: string;
  readonly colour: Colour;
  readonly outcomes: readonly HistoryOutcome[];
}

/** From what everybody wants to what nobody wants; areas lie on each other in this order. */
export const outcomeGroups: readonly OutcomeGroup[] = [
  { name: 'accepted', colour: 1, outcomes: ['accepted'] },
  { name: 'duplicate', colour: 6, outcomes: ['duplicate'] },
  { name: 'sold out', colour: 7, outcomes: ['sold_out'] },
  { name: 'other refusals', colour: 8, outcomes: ['key_reused', 'limit_reached', 'not_open', 'rate_limited'] },
  { name: 'waiting room', colour: 5, outcomes: ['waiting'] },
  { name: 'try again (503)', colour: 4, outcomes: ['unknown', 'rebuilding', 'overloaded'] },
  {
    name: 'errors',
    colour: 2,
    outcomes: ['refused', 'server_error', 'connection_error', 'timeout', 'aborted'],
  },
];
