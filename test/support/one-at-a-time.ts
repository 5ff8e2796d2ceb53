import type { EngineParts } from '../../src/engine/create-engine.ts';
import type { OrderId, SaleId } from '../../src/engine/domain/ids.ts';
import { orderIdOf } from '../../src/engine/domain/order-id.ts';
import type { Engine } from '../../src/engine/engine.ts';
import { wish } from '../../src/toolkit/simulate/actors/operator.ts';
import type { WorldPlan } from '../../src/toolkit/simulate/plan/plan.ts';
import { productName } from '../../src/toolkit/simulate/world/world.ts';
import { type Request, requestsOf } from './timeless-requests.ts';

/** Where a history can happen: a simulated world, or servers on a real stack. */
export interface Stage {
  readonly saleId: SaleId;
  /** The books, past all servers. */
  readonly books: Pick<EngineParts, 'ledger' | 'gate' | 'digest'>;
  /** Any number: servers take turns. */
  server(nth: number): Engine;
  /** Everything that it is given happens in the time of this stage. */
  during<Value>(happens: Promise<Value>): Promise<Value>;
  /** Resolves once it is so. @throws Error that says `what` where it takes too long */
  until(what: string, isSo: () => Promise<boolean>): Promise<void>;
}

/** A history and how it ended, in words that have no ids and no times: two stages can be held against each other. */
export interface Told {
  /** Request and answer, in order. */
  readonly answers: readonly string[];
  readonly products: readonly string[];
  /** Each order by user and key: its state and its lines. */
  readonly orders: readonly string[];
  /** Units of each buyer and product. */
  readonly buyers: readonly string[];
  readonly sale: string;
}

/** Asks everything in the plan of an open sale one after the other, and reads what has become of it. */
export async function playOneAtATime(plan: WorldPlan, stage: Stage): Promise<Told> {
  const { saleId, books } = stage;
  const sale = await books.ledger.sale(saleId);
  if (sale === null) throw new Error(`${saleId} is not there`);
  const { orderIdSecret } = sale;
  const accepted: OrderId[] = [];
  const answers: string[] = [];
  for (const request of requestsOf(plan)) {
    const idOf = (asked: Extract<Request, { userId: unknown }>) =>
      orderIdOf(orderIdSecret, asked.userId, asked.key, books.digest);
    // only orders may find another one on its way: whatever else is asked looks at the ledger, too
    if (request.kind !== 'order') await rest(stage, accepted);
    const answer = await stage.during(ask(request, stage, idOf));
    answers.push(`${asked(request)}: ${said(answer)}`);
    if (request.kind === 'order' && answer.kind === 'accepted') accepted.push(idOf(request));
    if (request.kind !== 'order') await rest(stage, accepted);
  }
  await rest(stage, accepted);
  return { answers, ...(await ending(stage)) };
}

/** Makes the sale of a plan; resolves once every server sells it. */
export async function openSale(
  { stock, limitPerUser, confirmation, holdSeconds }: WorldPlan,
  stage: Stage,
): Promise<void> {
  const { ledger, digest } = stage.books;
  const { saleId } = stage;
  const products = stock.map((_, nth) => ({ productId: productName(nth), limitPerUser }));
  await ledger.saveSale(
    { saleId, state: 'open', confirmation, holdSeconds, admissionRate: null, products },
    { actor: 'test', newSecret: digest.sha256Hex(saleId) },
  );
  for (const [nth, total] of stock.entries()) {
    const before = (await ledger.totals(saleId)).find(({ productId }) => productId === productName(nth));
    await ledger.setTotal(saleId, productName(nth), total, before?.totalVersion ?? 0, 'test');
  }
  for (const [product, total] of stock.entries()) {
    for (const nth of [0, 1, 2, 3]) {
      await stage.until('every server sells it', async () => {
        const inventory = await stage.during(stage.server(nth).inventory(productName(product), saleId));
        return inventory.kind === 'inventory' && inventory.free === total;
      });
    }
  }
}

/** Until all that was accepted is recorded, nothing is owed to the gate, and no total is on its way. */
async function rest({ saleId, books: { ledger, gate }, until }: Stage, accepted: readonly OrderId[]): Promise<void> {
  await until('all is recorded and released', async () => {
    const sale = await ledger.sale(saleId);
    if (sale?.epoch?.state !== 'open') return false;
    const outbox = await gate.unsettled(saleId, sale.epoch.epoch, 0, 1);
    if (outbox.kind !== 'unsettled' || outbox.size > 0) return false;
    if ((await ledger.orderStates(accepted)).size < accepted.length) return false;
    if ((await ledger.pendingReleases(saleId, 1)).length > 0) return false;
    return (await ledger.pendingStockChanges()).every((change) => change.saleId !== saleId);
  });
}

function ask(
  request: Request,
  { saleId, server }: Stage,
  idOf: (asked: Extract<Request, { userId: unknown }>) => OrderId,
): Promise<{ readonly kind: string }> {
  const engine = server(request.server);
  switch (request.kind) {
    case 'order':
      return engine.placeOrder({ saleId, userId: request.userId, key: request.key, lines: request.lines, pass: null });
    case 'cancel':
      return engine.cancelOrder(idOf(request));
    case 'confirm':
      return engine.confirmOrder(idOf(request));
    case 'operate':
      return wish(request.plan, engine, saleId);
    default:
      return request satisfies never;
  }
}

function asked(request: Request): string {
  if (request.kind === 'operate') {
    const { kind, ...more } = { ...request.plan, atMs: undefined, server: undefined };
    return `operator ${kind} ${JSON.stringify(more)}`;
  }
  const lines = request.kind === 'order' ? ` of ${JSON.stringify(request.lines)}` : '';
  return `${request.kind} ${request.userId} ${request.key}${lines}`;
}

/** Everything of an answer but ids, names of the sale, moments, and versions of its own. */
function said(answer: { readonly kind: string }): string {
  const told: Record<string, unknown> = { ...answer };
  for (const own of ['orderId', 'saleId', 'sale']) delete told[own];
  if (typeof told.openness === 'object' && told.openness !== null && 'kind' in told.openness)
    told.openness = told.openness.kind;
  return JSON.stringify(told);
}

async function ending({ saleId, books: { ledger, gate } }: Stage): Promise<Omit<Told, 'answers'>> {
  const sale = await ledger.sale(saleId);
  if (!sale?.epoch) throw new Error(`${saleId} has no epoch`);
  const stock = await gate.stock(saleId, sale.epoch.epoch);
  const orders: string[] = [];
  for await (const page of ledger.scan(saleId, 1_000))
    for (const { userId, idempotencyKey, state, lines } of page)
      orders.push(`${userId} ${idempotencyKey}: ${state} ${linesOf(lines)}`);
  const buyers: string[] = [];
  for await (const chunk of ledger.snapshot(saleId))
    if (chunk.kind === 'buyers')
      buyers.push(...chunk.buyers.map(({ userId, productId, units }) => `${userId} ${productId}: ${units}`));
  const { state, version, confirmation, products } = sale.config;
  const limits = products.map(({ productId, limitPerUser }) => `${productId} ${limitPerUser}`);
  return {
    products: (await ledger.totals(saleId)).map(({ productId, total, held, sold, totalVersion }) => {
      const atGate = stock.kind === 'stock' ? stock.products.find((each) => each.productId === productId) : undefined;
      return `${productId}: ${held} held, ${sold} sold of ${total} (version ${totalVersion}), gate ${atGate?.free} of ${atGate?.total}`;
    }),
    orders: orders.sort(),
    buyers: buyers.sort(),
    sale: `${state}, version ${version}, ${confirmation}, ${limits.join(', ')}`,
  };
}

function linesOf(lines: readonly { readonly productId: string; readonly quantity: number }[]): string {
  return lines
    .map(({ productId, quantity }) => `${quantity} ${productId}`)
    .sort()
    .join(' + ');
}
