import { Client } from 'pg';
import { connectToRunning } from '../../src/adapters/embedded-postgres/embedded-postgres.ts';
import type { Planted } from './planted.ts';

/**
 * The story: the consumer inserts orders and counts units in two transactions. It dies between them, the batch comes again,
 * the orders conflict and are skipped, and the units are counted a second time (here: after each batch).
 */
export const countTwice: Planted = (parts, config) => ({
  ...parts,
  ledger: {
    ...parts.ledger,
    async record(batch) {
      const result = await parts.ledger.record(batch);
      const address = await connectToRunning(config.dataDir);
      if (result.kind !== 'recorded' || result.recorded === 0 || address === null) return result;
      const client = new Client(address);
      await client.connect();
      try {
        for (const entry of batch.entries) {
          if (entry.kind !== 'order') continue;
          for (const { productId, quantity } of entry.record.lines) {
            await client.query(
              'update products set sold = sold + $3, version = version + 1 where sale_id = $1 and product_id = $2',
              [entry.record.saleId, productId, quantity],
            );
          }
        }
      } finally {
        await client.end();
      }
      return result;
    },
  },
});
