import type { Openness } from '../../engine/domain/sale.ts';
import { isoOf } from '../../engine/domain/time.ts';
import { type Answer, statusAnswer } from './answer.ts';

const paused = statusAnswer(409, 'paused', 'The sale is paused');
const closed = statusAnswer(409, 'sale_closed', 'The sale is over');

/** The refusal of an order while the sale takes none. */
export function closedAnswer(openness: Exclude<Openness, { kind: 'open' }>): Answer {
  switch (openness.kind) {
    case 'scheduled':
      return statusAnswer(409, 'not_open', 'The sale is not open yet', {
        opensAt: openness.opensAt === null ? null : isoOf(openness.opensAt),
      });
    case 'paused':
      return paused;
    case 'closed':
      return closed;
    default:
      return openness satisfies never;
  }
}

/** Openness as bodies show it: the kind, and when it opens where that is known. */
export function opennessFields(openness: Openness): {
  readonly openness: Openness['kind'];
  readonly opensAt: string | null;
} {
  const opensAt = openness.kind === 'scheduled' && openness.opensAt !== null ? isoOf(openness.opensAt) : null;
  return { openness: openness.kind, opensAt };
}
