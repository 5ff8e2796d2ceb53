import type { OrderId, SaleId } from '../../../engine/domain/ids.ts';
import type { LedgerOrder } from '../../../engine/domain/ledger-facts.ts';
import { isoOf } from '../../../engine/domain/time.ts';
import type { LedgerOrders } from '../../../engine/ports/ledger-orders.ts';
import { countedWords } from '../counted-words.ts';
import type { LookedAt, StoryFact } from './order-story.ts';

/** Rows of each list that are looked through: a healthy ledger has a handful. */
const rowsAsked = 1_000;

export interface LedgerSays {
  readonly facts: readonly StoryFact[];
  readonly order: LedgerOrder | null;
  readonly lookedAt: LookedAt;
}

export type StoryLedger = Pick<LedgerOrders, 'order' | 'deadLetters' | 'pendingReleases'>;

/** What the ledger says of one order: its states, a release that the gate is still owed, a dead letter. */
export async function ledgerFacts(ledger: StoryLedger, orderId: OrderId): Promise<LedgerSays> {
  const order = await ledger.order(orderId);
  const letters = await ledger.deadLetters(rowsAsked);
  const facts: StoryFact[] = order === null ? [] : [...stepsOf(order), ...(await owed(ledger, order.saleId, orderId))];
  for (const letter of letters) {
    if (letter.orderId !== orderId) continue;
    const where = `dead_letters, id ${letter.id}, partition ${letter.partition}, offset ${letter.offset}`;
    facts.push({ book: 'ledger', at: letter.storedAt, text: `put aside as a dead letter: ${letter.reason}`, where });
  }
  const text = order === null ? 'no row of it' : `a row of it, ${order.state}`;
  return {
    facts,
    order,
    lookedAt: { book: 'ledger', text: `${text}; ${countedWords(letters.length, 'dead letters')}` },
  };
}

function stepsOf(order: LedgerOrder): readonly StoryFact[] {
  const lines = order.lines.map(({ productId, quantity }) => `${quantity} ${productId}`).join(', ');
  const until = order.expiresAt === null ? '' : `, held until ${isoOf(order.expiresAt)}`;
  return [
    { book: 'ledger', at: order.recordedAt, text: `recorded: ${lines}, epoch ${order.epoch}${until}`, where: 'orders' },
    ...order.history
      .filter(({ state }) => state !== 'accepted')
      .map(({ state, at, reason }): StoryFact => {
        const text = reason === null ? state : `${state} (${reason})`;
        return { book: 'ledger', at, text, where: at === order.recordedAt ? 'orders' : 'order_events' };
      }),
  ];
}

async function owed(ledger: StoryLedger, saleId: SaleId, orderId: OrderId): Promise<readonly StoryFact[]> {
  const releases = await ledger.pendingReleases(saleId, rowsAsked);
  if (!releases.some((release) => release.orderId === orderId)) return [];
  const text = 'its units are free here, and the gate has not acknowledged it yet';
  return [{ book: 'ledger', at: null, text, where: 'pending_releases' }];
}
