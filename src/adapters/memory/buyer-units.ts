import type { ProductId, UserId } from '../../engine/domain/ids.ts';

/** Maps of one product, so that one that grows moves a 64th of the buyers and stops nobody. */
const shardCount = 64;

/** Units that each buyer holds of each product, over all orders that have not ended. Who holds none is forgotten. */
export class BuyerUnits {
  /** Of each product, a map is made when the first buyer falls into it: most sales of a simulation never need most of them. */
  readonly #products = new Map<ProductId, (Map<UserId, number> | undefined)[]>();

  get(userId: UserId, productId: ProductId): number {
    return this.#products.get(productId)?.[shardOf(userId)]?.get(userId) ?? 0;
  }

  set(userId: UserId, productId: ProductId, units: number): void {
    let shards = this.#products.get(productId);
    if (shards === undefined) {
      shards = Array.from({ length: shardCount });
      this.#products.set(productId, shards);
    }
    const at = shardOf(userId);
    const shard = shards[at];
    if (units <= 0) shard?.delete(userId);
    else if (shard === undefined) shards[at] = new Map([[userId, units]]);
    else shard.set(userId, units);
  }

  copy(): BuyerUnits {
    const copy = new BuyerUnits();
    for (const [productId, shards] of this.#products) {
      copy.#products.set(
        productId,
        shards.map((shard) => shard && new Map(shard)),
      );
    }
    return copy;
  }
}

/** By the last four characters: where counted, hashed and named ids differ most. */
function shardOf(userId: UserId): number {
  let hash = userId.length;
  for (let at = Math.max(0, userId.length - 4); at < userId.length; at += 1) {
    hash = Math.imul(hash ^ userId.charCodeAt(at), 0x01000193);
  }
  return (hash ^ (hash >>> 15)) & (shardCount - 1);
}
