import type { Epoch, ProductId, SaleId, ServerId } from '../domain/ids.ts';
import type { SaleView } from '../domain/ledger-facts.ts';
import type { CancelSignal, Clock } from '../ports/clock.ts';
import type { LedgerFleet } from '../ports/ledger-fleet.ts';
import type { Telemetry } from '../ports/telemetry.ts';

/**
 * Whether this server may hold in a sale now, and by what: `rebuilding` has no open epoch, `lease_out` has not heard the ledger for
 * too long.
 */
export type Standing =
  | { readonly kind: 'usable'; readonly sale: SaleView; readonly epoch: Epoch }
  | { readonly kind: 'rebuilding' }
  | { readonly kind: 'lease_out' };

/**
 * This server's row in the ledger and what its renewals bring home: every sale with its newest epoch, configuration and secret.
 * An epoch is used only if it is the newest, open, and within `leaseMs`, but for its last hundredth, of the last renewal
 * (design.md section 6).
 */
export interface ServerLease {
  readonly serverId: ServerId;
  sale(saleId: SaleId): SaleView | undefined;
  sales(): Iterable<SaleView>;
  /** Sales that have the product; none is an empty list. */
  salesWith(productId: ProductId): readonly SaleView[];
  /**
   * By what the last renewal brought, whatever the caller has read before: to hold by an epoch that this server has since
   * reported as passed is to say yes behind its marker. Not for after an `await`: ask again.
   */
  standing(saleId: SaleId): Standing;
  /**
   * Reads the ledger again; callers that come while one is waiting share the next. Rejects where the ledger does not answer.
   * Does nothing once the server has stopped: a row that is written again would make a rebuild wait for nobody.
   */
  refresh(): Promise<void>;
  /** Renews until `signal` aborts; then nothing is usable any more, and the row is removed. */
  run(signal: CancelSignal): Promise<void>;
  /** Whether `run` is running: only then does this process have a row to keep. */
  isServing(): boolean;
}

const none: readonly SaleView[] = [];

/**
 * How much of its lease a server uses. A rebuild waits for lease and append deadline by the controller's clock, the
 * server counts both by its own: with a hundredth left and a deadline shorter than the lease they may differ
 * by half a hundredth. adjtimex(2) slews a clock by a twentieth of one at most.
 */
const usedPart = 0.99;

export function createServerLease(use: {
  readonly ledger: LedgerFleet;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
  readonly serverId: ServerId;
  /** L of design.md, in milliseconds. */
  readonly leaseMs: number;
  readonly renewEveryMs: number;
}): ServerLease {
  let views: ReadonlyMap<SaleId, SaleView> = new Map();
  let byProduct: ReadonlyMap<ProductId, readonly SaleView[]> = new Map();
  let renewedAtMs = Number.NEGATIVE_INFINITY;
  let highestNumber = 0;
  let failed = false;
  let running: Promise<void> | null = null;
  let next: Promise<void> | null = null;
  let state: 'new' | 'serving' | 'stopped' = 'new';

  function take(brought: readonly SaleView[]): void {
    for (const { epoch } of brought) highestNumber = Math.max(highestNumber, epoch?.number ?? 0);
    views = new Map(brought.map((view) => [view.config.saleId, view]));
    const products = new Map<ProductId, SaleView[]>();
    for (const view of brought) {
      for (const { productId } of view.config.products) {
        const list = products.get(productId);
        if (list) list.push(view);
        else products.set(productId, [view]);
      }
    }
    byProduct = products;
  }

  /** The row says only what this server already lives by; a newer epoch is reported by the renewal after it. */
  async function renew(): Promise<void> {
    // The last one may have written the row and lost its answer: written again and again while no news come home, the row would
    // hold up every rebuild for as long as that goes on. So the news first; without them the lease ends.
    if (failed) take(await use.ledger.serverViews());
    failed = true;
    let reported: number;
    do {
      const startedMs = use.clock.monotonicMs();
      reported = highestNumber;
      take(await use.ledger.renewServer(use.serverId, reported));
      renewedAtMs = startedMs;
    } while (highestNumber !== reported);
    failed = false;
  }

  function refresh(): Promise<void> {
    if (next) return next;
    const start = () => {
      next = null;
      if (state === 'stopped') return Promise.resolve();
      running = renew().finally(() => {
        running = null;
      });
      return running;
    };
    if (!running) return start();
    next = running.then(start, start);
    return next;
  }

  return {
    serverId: use.serverId,
    sale: (saleId) => views.get(saleId),
    sales: () => views.values(),
    salesWith: (productId) => byProduct.get(productId) ?? none,
    standing(saleId) {
      if (state === 'stopped' || use.clock.monotonicMs() - renewedAtMs > use.leaseMs * usedPart)
        return { kind: 'lease_out' };
      const sale = views.get(saleId);
      return sale?.epoch?.state === 'open' ? { kind: 'usable', sale, epoch: sale.epoch.epoch } : { kind: 'rebuilding' };
    },
    refresh,
    isServing: () => state === 'serving',
    async run(signal) {
      state = 'serving';
      while (!signal.aborted) {
        await refresh().catch((error: unknown) => use.telemetry.fault('server-lease', error));
        await use.clock.sleep(use.renewEveryMs, signal);
      }
      state = 'stopped';
      // A renewal that is under way would write the row again behind its removal.
      await running?.catch(() => undefined);
      await use.ledger
        .removeServer(use.serverId, null)
        .catch((error: unknown) => use.telemetry.fault('server-lease', error));
    },
  };
}
