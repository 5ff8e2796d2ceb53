import { isoOf } from '../../engine/domain/time.ts';
import type { EndOutcome, StatusOutcome } from '../../engine/engine.ts';
import { type Answer, errorAnswer, okAnswer, rebuildingAnswer, unknownAnswer, unknownOrderAnswer } from './answer.ts';

/** What GET /status/:orderId answers. `recorded` false: only the gate knows the order, so lines and times are still to come. */
export function statusOutcomeAnswer(outcome: StatusOutcome): Answer {
  switch (outcome.kind) {
    case 'status': {
      const { orderId, saleId, state, order, history } = outcome;
      const body = {
        orderId,
        saleId,
        state,
        recorded: order !== null,
        lines: (order?.lines ?? []).map(({ productId, quantity, unitPriceMinor }) => ({
          productId,
          quantity,
          unitPriceMinor: Number(unitPriceMinor),
        })),
        currency: order?.currency ?? null,
        acceptedAt: order ? isoOf(order.acceptedAt) : null,
        expiresAt: order?.expiresAt ? isoOf(order.expiresAt) : null,
        history: history.map(({ state: entered, at, reason }) => ({
          state: entered,
          at: isoOf(at),
          ...(reason === null ? {} : { reason }),
        })),
      };
      return okAnswer('status', JSON.stringify(body));
    }
    case 'unknown_order':
      return unknownOrderAnswer;
    case 'unknown':
      return unknownAnswer;
    case 'rebuilding':
      return rebuildingAnswer;
    default:
      return outcome satisfies never;
  }
}

/** What POST /cancel/:orderId and POST /confirm/:orderId answer. */
export function endAnswer(outcome: EndOutcome): Answer {
  switch (outcome.kind) {
    case 'done':
      return okAnswer('done', JSON.stringify({ orderId: outcome.orderId, state: outcome.state }));
    case 'forbidden':
      return forbiddenAnswer(outcome);
    case 'unknown_order':
      return unknownOrderAnswer;
    case 'unknown':
      return unknownAnswer;
    default:
      return outcome satisfies never;
  }
}

function forbiddenAnswer({ why, orderId, state }: Extract<EndOutcome, { kind: 'forbidden' }>): Answer {
  const fields = { orderId, state };
  switch (why) {
    case 'state':
      return errorAnswer(409, 'order_state', `An order that is ${state} does not allow this`, fields);
    case 'too_late':
      return errorAnswer(409, 'too_late', 'The time to confirm this order is over', fields);
    case 'confirmation_not_explicit':
      return errorAnswer(409, 'confirmation_not_explicit', 'This sale confirms its orders by itself', fields);
    default:
      return why satisfies never;
  }
}
