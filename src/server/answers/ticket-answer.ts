import { isoOf } from '../../engine/domain/time.ts';
import type { TicketOutcome } from '../../engine/engine.ts';
import { type Answer, okAnswer, rebuildingAnswer, statusAnswer, unknownSaleAnswer } from './answer.ts';
import { opennessFields } from './openness-answer.ts';

/** What taking a ticket (`status` 201) and reading one (200) answer. */
export function ticketAnswer(outcome: TicketOutcome, status: 200 | 201): Answer {
  switch (outcome.kind) {
    case 'waiting': {
      const { ticket, saleId, position, etaSeconds, stockLeft, openness, pollAfterMs } = outcome;
      const body = {
        status: 'waiting',
        ticket,
        saleId,
        position,
        etaSeconds,
        stockLeft,
        ...opennessFields(openness),
        pollAfterMs,
      };
      return okAnswer('waiting', JSON.stringify(body), { status });
    }
    case 'admitted': {
      const { ticket, saleId, pass, passExpiresAt, stockLeft, openness } = outcome;
      const body = {
        status: 'admitted',
        ticket,
        saleId,
        pass,
        passExpiresAt: isoOf(passExpiresAt),
        stockLeft,
        ...opennessFields(openness),
      };
      return okAnswer('admitted', JSON.stringify(body), { status });
    }
    case 'refused':
      return statusAnswer(403, 'ticket_refused', `The ticket is ${outcome.why}`, { why: outcome.why });
    case 'unknown_sale':
      return unknownSaleAnswer;
    case 'rebuilding':
      return rebuildingAnswer;
    default:
      return outcome satisfies never;
  }
}
