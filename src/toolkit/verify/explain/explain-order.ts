import { FluxError } from '../../../engine/domain/flux-error.ts';
import { type OrderId, parseOrderId, parseSaleId, type SaleId } from '../../../engine/domain/ids.ts';
import type { AdminClient } from '../../admin-client/admin-client.ts';
import { KnownSales } from '../known-sales.ts';
import type { FolderBooks } from '../open-folder.ts';
import type { VerifyStep } from '../verify-sale.ts';
import { gateFacts } from './gate-facts.ts';
import { historyFacts } from './history-facts.ts';
import { ledgerFacts } from './ledger-facts.ts';
import { logFacts } from './log-facts.ts';
import { endOfStory, type LookedAt, type OrderName, type OrderStory, type StoryFact } from './order-story.ts';

/** An order by its id, or by the key that made it: then `what` is the key. */
export interface AskedOrder {
  readonly what: string;
  readonly userId: string | undefined;
  readonly sale: string | undefined;
}

export interface ExplainUse {
  readonly books: Pick<FolderBooks, 'ledger' | 'orderLog' | 'digest'>;
  /** Null where none runs. */
  readonly server: AdminClient | null;
  readonly histories: readonly string[];
  readonly asked: AskedOrder;
  readonly progress: (step: VerifyStep) => void;
}

/**
 * One order's story across the four books, in the order of its times. Reads only.
 * @throws FluxError `usage` for what is neither an id nor a key of a known sale; `not_found` where no book knows it, with where
 *   it was looked for; what the books throw
 */
export async function explainOrder(use: ExplainUse): Promise<OrderStory> {
  const { books, asked } = use;
  const sales = new KnownSales(await books.ledger.sales(), null, books.digest);
  const name = nameOf(asked, sales);
  const ledger = await ledgerFacts(books.ledger, name.orderId);
  const log = await logFacts(books.orderLog, name.orderId, (done, of) => use.progress({ book: 'order log', done, of }));
  const named = { ...name, ...ownerIn(ledger.order ?? log.record) };
  const history = await historyFacts(use.histories, named, sales);
  const gate = await gateFacts(use.server, name.orderId);

  const facts = [...history.facts, ...log.facts, ...ledger.facts, ...gate.facts].sort(byTime);
  const lookedAt = [history.lookedAt, gate.lookedAt, log.lookedAt, ledger.lookedAt];
  if (facts.length === 0) throw unknownOrder(name.orderId, lookedAt, use.histories.length > 0);
  const ending = endOfStory({
    orderId: name.orderId,
    order: ledger.order,
    heard: history.heard,
    records: log.records,
    late: log.late,
    recordingMayBePending: log.pending,
    logIsTrimmed: log.trimmed,
  });
  return { ...named, ...(named.key === null ? history.name : null), ...ending, facts, lookedAt };
}

function nameOf(asked: AskedOrder, sales: KnownSales): OrderName {
  const saleId = asked.sale === undefined ? null : knownSale(asked.sale, sales);
  const { what: key, userId } = asked;
  if (userId === undefined) {
    const orderId = parseOrderId(key.toLowerCase());
    if (orderId !== undefined) return { orderId, saleId, userId: null, key: null };
    throw new FluxError(
      'usage',
      `--explain ${key} is no order id: those are like 3f0c1d2e-0000-8000-8000-000000000000`,
      {
        hint: `fluxgate verify --explain KEY --user USER --sale SALE   takes the key that a buyer sent`,
      },
    );
  }
  const [only, ...others] = saleId === null ? sales.ids : [saleId];
  if (only === undefined) throw new FluxError('not_found', 'the ledger has no sale: no key has made an order');
  if (others.length > 0) {
    throw new FluxError('usage', `a key makes an order in one sale, and the ledger has ${others.length + 1} of them`, {
      hint: `--sale ${only}   or ${others.slice(0, 5).join(', ')}`,
    });
  }
  // of a sale that the ledger has
  const orderId = sales.orderIdOf(only, userId, key) as OrderId;
  return { orderId, saleId: only, userId, key };
}

function knownSale(text: string, sales: KnownSales): SaleId {
  const saleId = parseSaleId(text);
  if (saleId !== undefined && sales.ids.includes(saleId)) return saleId;
  throw new FluxError('not_found', `the ledger has no sale ${text}`, {
    hint: `--sale ${sales.ids.join(', or --sale ')}`,
  });
}

function ownerIn(
  row: { readonly saleId: SaleId; readonly userId: string; readonly idempotencyKey: string } | null,
): Partial<OrderName> {
  return row === null ? {} : { saleId: row.saleId, userId: row.userId, key: row.idempotencyKey };
}

/** What is so now comes last. Equal moments keep the order in which an order passes the books. */
function byTime(a: StoryFact, b: StoryFact): number {
  if (a.at === null || b.at === null) return Number(a.at === null) - Number(b.at === null);
  return a.at - b.at;
}

function unknownOrder(orderId: OrderId, lookedAt: readonly LookedAt[], withHistory: boolean): FluxError {
  const where = lookedAt.map(({ book, text }) => `${book}: ${text}`).join('; ');
  return new FluxError('not_found', `no book knows the order ${orderId}. Looked for in ${where}`, {
    hint: withHistory
      ? 'fluxgate orders export   has all orders of the ledger'
      : 'add --history FILE: a request that came to nothing stands only there',
  });
}
