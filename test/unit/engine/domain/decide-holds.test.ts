import { describe, expect, it } from 'vitest';
import { decideHolds, type GateView, type KnownOrder } from '../../../../src/engine/domain/decide-holds.ts';
import type { HoldRequest } from '../../../../src/engine/domain/hold.ts';
import type { OrderId } from '../../../../src/engine/domain/ids.ts';
import { aSale, type SaleBuilder } from '../../../builders/a-sale.ts';
import { anOrder } from '../../../builders/an-order.ts';
import { configVersion, instant, productId, requestHash } from '../../../builders/ids.ts';

const now = instant(1_767_225_600_000);

/** A gate's state, written down. */
function viewOf(sale: SaleBuilder, known: ReadonlyMap<OrderId, KnownOrder> = new Map()): GateView {
  return {
    config: sale.config,
    terms: (product) => sale.config.products.find((terms) => terms.productId === product),
    free: (product) => sale.stock.find((stock) => stock.productId === product)?.free ?? 0,
    known: (orderId) => known.get(orderId),
    units: () => 0,
    passOwner: () => undefined,
  };
}

function decide(view: GateView, ...requests: readonly HoldRequest[]) {
  return decideHolds(view, { configVersion: configVersion(1), requests }, now);
}

describe('the order in which a request is decided', () => {
  /** Wrong in every way that there is. */
  const hopeless = anOrder(1).of(9, 'ticket').of(1, 'zebra').with({ admitted: false }).request;
  const sale = aSale().selling(5, 'ticket', { limitPerUser: 2 });
  const paused = sale.with({ state: 'paused' });

  it('compares the configuration before anything else', () => {
    const known = new Map([[hopeless.orderId, { state: 'settled', requestHash: hopeless.requestHash } as const]]);

    const { outcomes } = decide(viewOf(paused.with({ version: configVersion(2) }), known), hopeless);

    expect(outcomes).toEqual([{ kind: 'stale_config', version: 2 }]);
  });

  it('knows a key before it looks whether the sale is open', () => {
    const settled = { state: 'settled', requestHash: hopeless.requestHash } as const;
    const other = { state: 'ended', requestHash: requestHash(3) } as const;

    expect(decide(viewOf(paused, new Map([[hopeless.orderId, settled]])), hopeless).outcomes[0]?.kind).toBe(
      'duplicate',
    );
    expect(decide(viewOf(paused, new Map([[hopeless.orderId, other]])), hopeless).outcomes[0]?.kind).toBe('key_reused');
  });

  it('looks whether the sale is open before it looks at admission', () => {
    expect(decide(viewOf(paused), hopeless).outcomes[0]?.kind).toBe('not_open');
  });

  it('looks at admission before the products', () => {
    expect(decide(viewOf(sale), hopeless).outcomes[0]?.kind).toBe('not_admitted');
  });

  it('looks at all products before any limit, and at all limits before any stock', () => {
    const two = sale.selling(0, 'badge');
    const products = anOrder(2).of(9, 'ticket').of(1, 'zebra').request;
    const limits = anOrder(3).of(1, 'badge').of(9, 'ticket').request;
    const stock = anOrder(4).of(1, 'badge').of(2, 'ticket').request;

    const { outcomes, held } = decide(viewOf(two), products, limits, stock);

    expect(outcomes).toEqual([
      { kind: 'unknown_product', productId: 'zebra' },
      { kind: 'over_limit', productId: 'ticket', limitPerUser: 2 },
      { kind: 'sold_out', productId: 'badge' },
    ]);
    expect(held).toEqual([]);
  });
});

describe('the decision', () => {
  it('names what was held, in order, and leaves the view as it was', () => {
    const sale = aSale().selling(2, 'ticket');
    const view = viewOf(sale);
    const requests = [anOrder(1).request, anOrder(2).of(2, 'ticket').request, anOrder(3).request];

    const first = decide(view, ...requests);
    const again = decide(view, ...requests);

    expect(first.held).toEqual([requests[0], requests[2]]);
    expect(again).toEqual(first);
    expect(view.free(productId('ticket'))).toBe(2);
  });

  it('holds nothing of a product that has terms and no stock', () => {
    const { config } = aSale().selling(1, 'ticket');

    expect(decide(viewOf(aSale(config)), anOrder(1).request).outcomes[0]?.kind).toBe('sold_out');
  });
});
