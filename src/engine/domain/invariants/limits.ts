import type { ProductId, SaleId, UserId } from '../ids.ts';
import { type Finding, finding } from './finding.ts';

/** Invariant 5, by the product's present limit: a limit that was lowered later counts for earlier buyers too. Null where kept. */
export function overLimit(buyer: {
  readonly saleId: SaleId;
  readonly userId: UserId;
  readonly productId: ProductId;
  readonly units: number;
  readonly limitPerUser: number | null;
}): Finding | null {
  const { saleId, userId, productId, units, limitPerUser } = buyer;
  if (limitPerUser === null || units <= limitPerUser) return null;
  return finding(
    'over_limit',
    `${userId} has ${units} units of ${productId} in ${saleId}, the limit is ${limitPerUser}`,
    {
      ids: [userId, productId],
      numbers: { units, limitPerUser },
      look: `fluxgate orders export --sale ${saleId}`,
    },
  );
}
