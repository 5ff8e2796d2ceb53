import type { NewOrder, PlaceOutcome } from '../../engine/engine.ts';
import {
  type Answer,
  ambiguousAnswer,
  errorAnswer,
  okAnswer,
  overloadedAnswer,
  rebuildingAnswer,
  statusAnswer,
  unknownAnswer,
  unknownProductAnswer,
  unknownSaleAnswer,
} from './answer.ts';
import { closedAnswer } from './openness-answer.ts';

const replayed: readonly string[] = ['idempotency-replayed', 'true'];

export const missingKeyAnswer = errorAnswer(400, 'missing_idempotency_key', 'Missing Idempotency Key');
export const invalidKeyAnswer = errorAnswer(
  400,
  'invalid_idempotency_key',
  'x-idempotency-key must be 1 to 255 visible ASCII characters',
);

// Refusals are the crowd's answer, so their text is made once.
const keyReused = statusAnswer(422, 'key_reused', 'This key belongs to an order with another body');
const soldOut = statusAnswer(409, 'sold_out', 'Inventory empty');
const mixedCurrency = errorAnswer(400, 'mixed_currency', 'All lines of an order must have one currency');

/** What POST /order answers to each outcome (http.md). Pure. */
export function placeAnswer(outcome: PlaceOutcome, order: Pick<NewOrder, 'userId' | 'lines'>): Answer {
  switch (outcome.kind) {
    case 'accepted':
      // An order id needs no escapes (see parseOrderId).
      return okAnswer('accepted', `{"status":"success","msg":"Order accepted","orderId":"${outcome.orderId}"}`);
    case 'duplicate':
      return okAnswer('duplicate', `{"status":"ignored","msg":"Duplicate request","orderId":"${outcome.orderId}"}`, {
        headers: replayed,
      });
    case 'key_reused':
      return keyReused;
    case 'sold_out':
      return soldOut;
    case 'over_limit': {
      const { productId, limitPerUser } = outcome;
      return statusAnswer(409, 'limit_reached', `A buyer may have ${limitPerUser} of this product at most`, {
        productId,
        limitPerUser,
      });
    }
    case 'not_open':
      return closedAnswer(outcome.openness);
    case 'not_admitted':
      return toWaitingRoom(outcome.saleId, order);
    case 'pass_refused':
      return statusAnswer(403, 'pass_refused', `The queue pass is ${outcome.why}`, { why: outcome.why });
    case 'unknown_product':
      return unknownProductAnswer;
    case 'unknown_sale':
      return unknownSaleAnswer;
    case 'sale_ambiguous':
      return ambiguousAnswer(outcome.saleIds);
    case 'mixed_currency':
      return mixedCurrency;
    case 'unknown':
      return unknownAnswer;
    case 'rebuilding':
      return rebuildingAnswer;
    case 'overloaded':
      return overloadedAnswer;
    default:
      return outcome satisfies never;
  }
}

/** 302 to the page, with what it needs to go on with the same order: one line, since the page sells one product. */
function toWaitingRoom(saleId: string, { userId, lines }: Pick<NewOrder, 'userId' | 'lines'>): Answer {
  const [line] = lines;
  const wish =
    lines.length === 1 && line !== undefined
      ? `&productId=${encodeURIComponent(line.productId)}&quantity=${line.quantity}`
      : '';
  const location = `/waiting-room?saleId=${saleId}&userId=${encodeURIComponent(userId)}${wish}`;
  return okAnswer('not_admitted', JSON.stringify({ status: 'waiting_room', msg: 'Please queue', saleId, location }), {
    status: 302,
    headers: ['location', location],
  });
}
