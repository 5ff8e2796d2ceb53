import type { Instant } from '../../engine/domain/time.ts';
import { isoOf } from '../../engine/domain/time.ts';
import type { SaleOverview, SaveOutcome } from '../../engine/engine.ts';
import { type Answer, errorAnswer, okAnswer, unknownAnswer, unknownSaleAnswer } from './answer.ts';
import { opennessFields } from './openness-answer.ts';

const isoOrNull = (instant: Instant | null) => (instant === null ? null : isoOf(instant));

/** A sale as the admin routes show it: configuration and present stock, product by product. */
function saleBody({ config, openness, epoch, gate, products }: SaleOverview) {
  const termsOf = new Map(config.products.map((terms) => [terms.productId, terms]));
  return {
    saleId: config.saleId,
    version: config.version,
    state: config.state,
    openness: opennessFields(openness).openness,
    opensAt: isoOrNull(config.opensAt),
    closesAt: isoOrNull(config.closesAt),
    confirmation: config.confirmation,
    holdSeconds: config.holdSeconds,
    admissionRate: config.admissionRate,
    epoch,
    gate,
    products: products.map((stock) => {
      const terms = termsOf.get(stock.productId);
      return {
        productId: stock.productId,
        total: stock.total,
        held: stock.held,
        sold: stock.sold,
        free: stock.free,
        limitPerUser: terms?.limitPerUser ?? null,
        priceMinor: terms ? Number(terms.priceMinor) : null,
        currency: terms?.currency ?? null,
      };
    }),
  };
}

/** What GET /sales answers. */
export function salesAnswer(sales: readonly SaleOverview[]): Answer {
  return okAnswer('sales', JSON.stringify({ sales: sales.map(saleBody) }));
}

/** What GET /sales/:saleId answers. */
export function saleAnswer(sale: SaleOverview | null): Answer {
  return sale === null ? unknownSaleAnswer : okAnswer('sale', JSON.stringify(saleBody(sale)));
}

/** What POST /sales (`status` 201) and PATCH /sales/:saleId (200) answer. */
export function saveAnswer(outcome: SaveOutcome, status: 200 | 201): Answer {
  switch (outcome.kind) {
    case 'saved':
      return okAnswer('saved', JSON.stringify(saleBody(outcome.sale)), { status });
    case 'exists':
      return errorAnswer(409, 'sale_conflict', 'There is a sale of this id already: PATCH it instead');
    case 'unknown_sale':
      return unknownSaleAnswer;
    case 'refused':
      return errorAnswer(409, 'sale_invalid', outcome.why);
    case 'unknown':
      return unknownAnswer;
    default:
      return outcome satisfies never;
  }
}
