import type { InitOutcome, InventoryOutcome, StockOutcome } from '../../engine/engine.ts';
import {
  type Answer,
  ambiguousAnswer,
  errorAnswer,
  okAnswer,
  rebuildingAnswer,
  statusAnswer,
  unknownAnswer,
  unknownProductAnswer,
  unknownSaleAnswer,
} from './answer.ts';

/** What GET /inventory/:productId answers. */
export function inventoryAnswer(outcome: InventoryOutcome): Answer {
  switch (outcome.kind) {
    case 'inventory': {
      const { productId, saleId, total, free, held, sold, epoch } = outcome;
      return okAnswer('inventory', JSON.stringify({ productId, saleId, total, free, held, sold, epoch }));
    }
    case 'unknown_product':
      return unknownProductAnswer;
    case 'unknown_sale':
      return unknownSaleAnswer;
    case 'sale_ambiguous':
      return ambiguousAnswer(outcome.saleIds);
    case 'rebuilding':
      return rebuildingAnswer;
    case 'unknown':
      return unknownAnswer;
    default:
      return outcome satisfies never;
  }
}

const noController = statusAnswer(
  503,
  'rebuilding',
  'The sale is written down, but no controller is there to open its gate: start `fluxgate worker`',
);

/** What POST /init answers; `asked` is the body. */
export function initAnswer(
  outcome: InitOutcome,
  asked: { readonly productId: string; readonly quantity: number },
): Answer {
  switch (outcome.kind) {
    case 'initialized': {
      const { saleId, total, free } = outcome;
      const { productId, quantity } = asked;
      const msg = `Stock initialized for ${productId} to ${quantity}`;
      return okAnswer('initialized', JSON.stringify({ status: 'ok', msg, saleId, productId, total, free }));
    }
    case 'refused':
      return errorAnswer(409, 'stock_refused', outcome.why);
    case 'rebuilding':
      return outcome.controllerSeen ? rebuildingAnswer : noController;
    case 'unknown':
      return unknownAnswer;
    default:
      return outcome satisfies never;
  }
}

/** What POST /sales/:id/stock answers. 202: written down, the controller finishes it. */
export function stockAnswer(outcome: StockOutcome): Answer {
  switch (outcome.kind) {
    case 'changed': {
      const { saleId, productId, total, free } = outcome;
      return okAnswer('changed', JSON.stringify({ status: 'ok', saleId, productId, total, free }));
    }
    case 'pending': {
      const { saleId, productId, total } = outcome;
      return okAnswer('pending', JSON.stringify({ status: 'pending', saleId, productId, total, free: null }), {
        status: 202,
      });
    }
    case 'unknown_product':
      return unknownProductAnswer;
    case 'refused':
      return errorAnswer(409, 'stock_refused', outcome.why);
    case 'unknown':
      return unknownAnswer;
    default:
      return outcome satisfies never;
  }
}
