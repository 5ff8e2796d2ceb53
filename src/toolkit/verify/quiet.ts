import type { SaleId } from '../../engine/domain/ids.ts';
import type { Clock } from '../../engine/ports/clock.ts';
import type { ProductAudit } from '../../engine/ports/ledger-audit.ts';
import { ledgerGroup, type PartitionLag } from '../../engine/ports/order-log.ts';
import type { GateBook, GateReading, LedgerBook, LogBook } from './books.ts';
import { countedWords } from './counted-words.ts';

/** Often enough that a test or a demo does not wait for it, seldom enough to cost nothing. */
const pollMs = 200;

interface Use {
  readonly ledger: LedgerBook;
  readonly orderLog: LogBook;
  readonly gateBook: GateBook | null;
  readonly clock: Pick<Clock, 'monotonicMs' | 'sleep'>;
  readonly saleIds: readonly SaleId[];
  readonly waitMs: number;
  /** How long past its time a hold may be. */
  readonly graceMs: number;
  /** Told at each look what is still waited for. */
  readonly waiting: (forWhat: string) => void;
}

/** Gate and ledger, read so that they may be compared: or why they may not. */
export interface Settled {
  /** Why gate and ledger cannot be compared; null where they can. */
  readonly restless: string | null;
  readonly gate: GateReading | null;
  readonly products: readonly ProductAudit[];
  readonly lag: readonly PartitionLag[];
  readonly waitedMs: number;
}

/**
 * Waits until nothing is on its way between gate, log and ledger (outbox and lag zero, no release and no change of stock
 * pending), then reads the ledger's products between two equal readings of the gate. Gives up after `waitMs`.
 * Without a gate there is nobody who could drain anything but the log, so only the lag is waited for.
 */
export async function settle(use: Use): Promise<Settled> {
  const startMs = use.clock.monotonicMs();
  for (;;) {
    const lag = await use.orderLog.lag(ledgerGroup);
    const gate = use.gateBook ? await use.gateBook.read() : null;
    let restless = await onItsWay(use, lag, gate);
    const forWhat = restless ?? (await overdue(use));
    // counting the lines of a million orders takes a second: not while there is still something to wait for
    if (forWhat !== null && use.clock.monotonicMs() - startMs < use.waitMs) {
      use.waiting(forWhat);
      await use.clock.sleep(Math.min(pollMs, use.waitMs));
      continue;
    }
    const products = await use.ledger.auditProducts();
    // A hold that ended in between is missing from these products, and its units stay taken at the gate until its release is
    // no longer pending: looked at before the gate is read again, so that a release is seen here or there.
    restless ??= await onItsWay(use, lag, gate);
    if (restless === null && use.gateBook && gate) {
      const again = await use.gateBook.read();
      const lagAgain = await use.orderLog.lag(ledgerGroup);
      const moved = fingerprint(gate, lag) !== fingerprint(again, lagAgain);
      restless = moved ? 'the sale goes on: gate and log changed while the ledger was read' : null;
    }
    const waitedMs = use.clock.monotonicMs() - startMs;
    if (restless === null || waitedMs >= use.waitMs) return { restless, gate, products, lag, waitedMs };
    await use.clock.sleep(Math.min(pollMs, use.waitMs - waitedMs));
  }
}

/** What is still between the books, as a sentence. */
async function onItsWay(use: Use, lag: readonly PartitionLag[], gate: GateReading | null): Promise<string | null> {
  const behind = lag.reduce((sum, one) => sum + one.lag, 0n);
  if (behind > 0n) return `not in the ledger yet: ${countedWords(Number(behind), 'records')} of the order log`;
  if (!use.gateBook || !gate) return null;
  for (const { saleId, gate: at } of gate.sales) {
    if (!use.saleIds.includes(saleId)) continue;
    if (at === null) return `the gate of ${saleId} is rebuilding`;
    if (at.outbox > 0) return `in the outbox of ${saleId}: ${countedWords(at.outbox, 'holds')}`;
  }
  for (const saleId of use.saleIds) {
    if (!gate.sales.some((sale) => sale.saleId === saleId)) return `the server does not know ${saleId} yet`;
    if ((await use.ledger.pendingReleases(saleId, 1)).length > 0) return `releases of ${saleId} wait for the gate`;
  }
  const changes = await use.ledger.pendingStockChanges();
  const change = changes.find((one) => use.saleIds.includes(one.saleId));
  return change ? `a change of the total of ${change.productId} is not finished` : null;
}

/**
 * Holds that a lag kept from the ledger until they were over: recorded, they end in the controller's next beat. Gate and ledger
 * can be compared while one stands, so it is waited for, and found if it stays.
 */
async function overdue({ ledger, gateBook, graceMs }: Use): Promise<string | null> {
  if (!gateBook) return null;
  return (await ledger.auditOverdue(graceMs, 1)).length > 0 ? 'holds that are over have not ended yet' : null;
}

function fingerprint(gate: GateReading, lag: readonly PartitionLag[]): string {
  const counters = gate.sales.map(({ saleId, epoch, gate: at }) => [
    saleId,
    epoch,
    at?.outbox,
    at?.products.map((product) => [product.productId, product.total, product.free]),
  ]);
  return JSON.stringify([counters, lag.map((one) => [one.partition, String(one.end), String(one.committed)])]);
}
