import { type Static, Type } from 'typebox';
import { FluxError } from '../../engine/domain/flux-error.ts';
import type { Epoch, ProductId, SaleId } from '../../engine/domain/ids.ts';
import type { AdminClient } from '../admin-client/admin-client.ts';
import type { GateBook, GateReading } from './books.ts';

/** What is read of `GET /stats`; the rest is let through unread. */
const gateStats = Type.Object({
  sales: Type.Array(
    Type.Object({
      saleId: Type.String(),
      epoch: Type.Union([Type.Integer(), Type.Null()]),
      gate: Type.Union([
        Type.Object({
          products: Type.Array(Type.Object({ productId: Type.String(), total: Type.Integer(), free: Type.Integer() })),
          outbox: Type.Integer({ minimum: 0 }),
          oldestUnsettledMs: Type.Number(),
        }),
        Type.Null(),
      ]),
    }),
  ),
});

/** The embedded gate lives in the server's memory: its counters are read over HTTP. Any failure is `inconclusive`. */
export function httpGateBook(server: AdminClient): GateBook {
  return {
    source: server.url,
    async read() {
      try {
        return readingOf(await server.call('GET', '/stats', gateStats));
      } catch (cause) {
        throw new FluxError('inconclusive', `the gate's counters cannot be read from ${server.url}`, {
          cause,
          hint: cause instanceof FluxError && cause.hint !== undefined ? cause.hint : `curl ${server.url}/readyz`,
        });
      }
    },
  };
}

function readingOf(stats: Static<typeof gateStats>): GateReading {
  return {
    sales: stats.sales.map(({ saleId, epoch, gate }) => ({
      // the server checked its ids where they came in; here they are only compared with the ledger's
      saleId: saleId as SaleId,
      epoch: epoch as Epoch | null,
      gate: gate && {
        ...gate,
        products: gate.products.map((product) => ({ ...product, productId: product.productId as ProductId })),
      },
    })),
  };
}
