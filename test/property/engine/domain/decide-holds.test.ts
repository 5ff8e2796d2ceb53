import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createMemoryGate } from '../../../../src/adapters/memory/memory-gate.ts';
import { createVirtualClock } from '../../../../src/adapters/memory/virtual-clock.ts';
import type { HoldOutcome, HoldRequest } from '../../../../src/engine/domain/hold.ts';
import type { OrderId } from '../../../../src/engine/domain/ids.ts';
import type { Gate } from '../../../../src/engine/ports/gate.ts';
import { aSale } from '../../../builders/a-sale.ts';
import { anOrder } from '../../../builders/an-order.ts';
import { configVersion, epoch, passId, saleId } from '../../../builders/ids.ts';

const sale = saleId();
const first = epoch(1);
const limits = { ticket: 3, shirt: null } as const;
const products = ['ticket', 'shirt'] as const;
type Product = (typeof products)[number];

/** One step of a history: small numbers of keys, buyers and passes, so that they meet. */
type Step =
  | { readonly kind: 'hold'; readonly request: HoldRequest }
  | { readonly kind: 'settle'; readonly n: number }
  | { readonly kind: 'release'; readonly n: number };

const quantities = fc.record({ ticket: fc.integer({ min: 0, max: 3 }), shirt: fc.integer({ min: 0, max: 3 }) });

const holds: fc.Arbitrary<Step> = fc
  .record({
    n: fc.integer({ min: 1, max: 12 }),
    buyer: fc.integer({ min: 1, max: 4 }),
    quantities,
    unknown: fc.integer({ min: 0, max: 9 }),
    admitted: fc.boolean(),
    pass: fc.option(fc.integer({ min: 1, max: 3 })),
  })
  .map(({ n, buyer, quantities: wanted, unknown, admitted, pass }) => {
    let order = anOrder(n).by(`buyer-${buyer}`);
    for (const product of products) if (wanted[product] > 0) order = order.of(wanted[product], product);
    if (unknown === 0) order = order.of(1, 'zebra');
    return {
      kind: 'hold',
      request: order.with({ admitted, passId: pass === null ? null : passId(`1-${pass}`) }).request,
    };
  });

const ids = fc.integer({ min: 1, max: 12 });
const steps: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: holds },
  { weight: 1, arbitrary: ids.map((n): Step => ({ kind: 'settle', n })) },
  { weight: 1, arbitrary: ids.map((n): Step => ({ kind: 'release', n })) },
);
const histories = fc.record({
  ticket: fc.integer({ min: 0, max: 8 }),
  shirt: fc.integer({ min: 0, max: 8 }),
  steps: fc.array(steps, { maxLength: 60 }),
});

interface Kept {
  readonly request: HoldRequest;
  ended: boolean;
  settled: boolean;
}

/** The naive gate: one request at a time, counting everything anew from the list of orders. */
function naive(totals: Record<Product, number>) {
  const orders = new Map<OrderId, Kept>();
  const passes = new Map<string, OrderId>();
  const live = () => [...orders.values()].filter((order) => !order.ended);
  const sum = (kept: readonly Kept[], product: string) =>
    kept.flatMap((order) => order.request.lines).reduce((n, l) => (l.productId === product ? n + l.quantity : n), 0);

  function decide(request: HoldRequest): HoldOutcome {
    const { orderId } = request;
    const known = orders.get(orderId);
    if (known) {
      if (known.request.requestHash !== request.requestHash) return { kind: 'key_reused', orderId };
      if (known.settled || known.ended) return { kind: 'duplicate', orderId, settled: true };
      return { kind: 'duplicate', orderId, settled: false, record: known.request.record };
    }
    const owner = request.passId === null ? 'nobody' : passes.get(request.passId);
    if (!request.admitted && owner !== undefined && owner !== orderId) return { kind: 'not_admitted' };
    const wanted = new Map(request.lines.map((line) => [line.productId as string, line.quantity]));
    for (const line of request.lines) {
      if (!(line.productId in totals)) return { kind: 'unknown_product', productId: line.productId };
    }
    for (const line of request.lines) {
      const limitPerUser = limits[line.productId as unknown as Product];
      const mine = live().filter((order) => order.request.userId === request.userId);
      if (limitPerUser !== null && sum(mine, line.productId) + line.quantity > limitPerUser) {
        return { kind: 'over_limit', productId: line.productId, limitPerUser };
      }
    }
    for (const line of request.lines) {
      const free = totals[line.productId as unknown as Product] - sum(live(), line.productId);
      if (free < (wanted.get(line.productId) ?? 0)) return { kind: 'sold_out', productId: line.productId };
    }
    orders.set(orderId, { request, ended: false, settled: false });
    if (request.passId !== null && !passes.has(request.passId)) passes.set(request.passId, orderId);
    return { kind: 'held', orderId };
  }

  return {
    decide,
    settle(id: OrderId) {
      const order = orders.get(id);
      if (order) order.settled = true;
    },
    release(id: OrderId): Kept | undefined {
      const order = orders.get(id);
      if (order) order.ended = true;
      return order;
    },
    request: (id: OrderId) => orders.get(id)?.request,
    held: (product: Product) => sum(live(), product),
    heldBy: (user: string, product: Product) =>
      sum(
        live().filter((order) => order.request.userId === user),
        product,
      ),
  };
}

async function openGate(totals: Record<Product, number>): Promise<Gate> {
  const gate = createMemoryGate({ clock: createVirtualClock() });
  let builder = aSale();
  for (const product of products) {
    builder = builder.selling(totals[product], product, { limitPerUser: limits[product] });
  }
  await gate.begin(sale, first);
  await gate.load(sale, first, { kind: 'head', config: builder.config, stock: builder.stock, room: null });
  await gate.open(sale, first);
  return gate;
}

/** Plays a history; consecutive holds go in calls of at most `batchSize`. */
async function play(gate: Gate, history: readonly Step[], batchSize: number): Promise<readonly HoldOutcome[]> {
  const outcomes: HoldOutcome[] = [];
  const requests = new Map<OrderId, HoldRequest>();
  let waiting: HoldRequest[] = [];
  async function flush() {
    if (waiting.length === 0) return;
    const answers = await gate.hold({ saleId: sale, epoch: first, configVersion: configVersion(1), requests: waiting });
    for (const [at, answer] of answers.entries()) {
      const request = waiting[at];
      if (answer.kind === 'held' && request) requests.set(answer.orderId, request);
    }
    outcomes.push(...answers);
    waiting = [];
  }
  for (const step of history) {
    if (step.kind === 'hold') {
      waiting.push(step.request);
      if (waiting.length === batchSize) await flush();
      continue;
    }
    await flush();
    const { orderId } = anOrder(step.n).request;
    const request = requests.get(orderId);
    if (step.kind === 'settle') await gate.settle(sale, first, [orderId]);
    else if (request) await gate.release(sale, first, [{ saleId: sale, ...request }]);
  }
  await flush();
  return outcomes;
}

function replay(model: ReturnType<typeof naive>, history: readonly Step[], check: () => void): readonly HoldOutcome[] {
  const outcomes: HoldOutcome[] = [];
  for (const step of history) {
    if (step.kind === 'hold') outcomes.push(model.decide(step.request));
    else if (step.kind === 'settle') model.settle(anOrder(step.n).request.orderId);
    else model.release(anOrder(step.n).request.orderId);
    check();
  }
  return outcomes;
}

describe('decideHolds', () => {
  it('agrees with deciding one request at a time, however the requests are batched', async () => {
    await fc.assert(
      fc.asyncProperty(histories, fc.integer({ min: 1, max: 64 }), async ({ ticket, shirt, steps: history }, size) => {
        const totals = { ticket, shirt };
        const model = naive(totals);
        const expected = replay(model, history, () => {});

        const batched = await openGate(totals);
        const outcomes = await play(batched, history, size);
        const oneByOne = await play(await openGate(totals), history, 1);

        expect(outcomes).toEqual(expected);
        expect(oneByOne).toEqual(expected);
        const stock = await batched.stock(sale, first);
        expect(stock.kind === 'stock' && stock.products.map(({ productId, free }) => [productId, free])).toEqual(
          products.map((product) => [product, totals[product] - model.held(product)]),
        );
      }),
      { numRuns: 300 },
    );
  });

  it('never sells more than there is, nor more to one buyer than the limit, and takes all lines or none', async () => {
    await fc.assert(
      fc.asyncProperty(histories, fc.integer({ min: 1, max: 64 }), async ({ ticket, shirt, steps: history }, size) => {
        const totals = { ticket, shirt };
        const onlyHolds = history.filter((step) => step.kind === 'hold');
        const gate = await openGate(totals);

        const outcomes = await play(gate, onlyHolds, size);

        const held = onlyHolds.filter((_, at) => outcomes[at]?.kind === 'held').map((step) => step.request);
        const stock = await gate.stock(sale, first);
        if (stock.kind !== 'stock') throw new Error('the gate is open');
        for (const { productId, free, total } of stock.products) {
          const lines = held.flatMap(({ userId, lines: all }) => all.map((line) => ({ userId, ...line })));
          const mine = lines.filter((line) => line.productId === productId);
          expect(free + mine.reduce((sum, line) => sum + line.quantity, 0)).toBe(total);
          expect(free).toBeGreaterThanOrEqual(0);
          const perBuyer = Map.groupBy(mine, (line) => line.userId);
          for (const all of perBuyer.values()) {
            const units = all.reduce((sum, line) => sum + line.quantity, 0);
            expect(units).toBeLessThanOrEqual(limits[productId as unknown as Product] ?? Number.POSITIVE_INFINITY);
          }
        }
        expect(new Set(held.map((request) => request.orderId)).size).toBe(held.length);
      }),
      { numRuns: 300 },
    );
  });
});
