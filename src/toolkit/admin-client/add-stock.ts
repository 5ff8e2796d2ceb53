import type { AdminClient } from './admin-client.ts';
import { type StockAnswer, stockAnswer } from './answers.ts';

/** Changes the total of a product by so many units. Sent once: where the answer is lost, it may have happened. */
export function addStock(
  server: AdminClient,
  change: { readonly saleId: string; readonly productId: string; readonly by: number },
): Promise<StockAnswer> {
  const { saleId, productId, by } = change;
  return server.call(
    'POST',
    `/sales/${encodeURIComponent(saleId)}/stock`,
    stockAnswer,
    { productId, by },
    { once: true },
  );
}
