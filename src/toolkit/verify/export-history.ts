import type { SaleId } from '../../engine/domain/ids.ts';
import { exportJepsen } from '../history/export-jepsen.ts';
import { KnownSales } from './known-sales.ts';
import type { FolderBooks } from './open-folder.ts';

/** Orders of one page of the ledger. */
const scanPage = 2_000;

/**
 * Writes what buyers heard and what the ledger has in the form of Jepsen's histories, for a second opinion by another's checker:
 * each request adds its order to a set, and the ledger is the last read. A revoked order is not in it. Returns the number of
 * operations. @throws what exportJepsen throws, and the ledger
 */
export async function exportHistory(use: {
  readonly books: Pick<FolderBooks, 'ledger' | 'digest'>;
  readonly histories: readonly string[];
  /** Null: all. */
  readonly saleId: SaleId | null;
  readonly to: string;
}): Promise<number> {
  const { books, saleId } = use;
  const sales = new KnownSales(await books.ledger.sales(), saleId, books.digest);
  return exportJepsen({
    to: use.to,
    histories: use.histories,
    orderIdOf(request) {
      const asked = sales.salesOf(request);
      const looked = asked.find((one) => sales.looksAt(one));
      if (looked === undefined) return asked.length > 0 ? null : unnamed(request);
      return sales.orderIdOf(looked, request.userId, request.key) ?? unnamed(request);
    },
    async *orders() {
      for await (const page of books.ledger.scan(saleId, scanPage)) {
        yield page.filter(({ state }) => state !== 'revoked').map(({ orderId }) => orderId);
      }
    },
  });
}

/** Of a sale that the ledger does not have: no id can be made, but the answer may have named one. */
function unnamed({ orderId, userId, key }: { orderId?: string; userId: string; key: string }): string {
  return orderId ?? JSON.stringify([userId, key]);
}
