import { admissionRateAt } from '../domain/admission.ts';
import { mainGate, type SaleId } from '../domain/ids.ts';
import type { SaleView } from '../domain/ledger-facts.ts';
import type { RoomProgress } from '../domain/waiting-room.ts';
import type { CancelSignal } from '../ports/clock.ts';
import type { Lease, Ledger } from '../ports/ledger.ts';
import type { OrderLog } from '../ports/order-log.ts';
import type { WaitingRoom } from '../ports/waiting-room.ts';
import { finishStockChanges, sendTotals } from './change-stock.ts';
import { type RebuildParts, rebuildGate } from './rebuild-gate.ts';
import { relayOutbox } from './relay-outbox.ts';
import { releaseHolds } from './release-holds.ts';
import { createServerRows, nothingUnderWayLeases } from './server-rows.ts';

export interface ControllerParts extends Omit<RebuildParts, 'servers'> {
  readonly ledger: Ledger;
  readonly orderLog: OrderLog;
  readonly room: WaitingRoom;
  /** Who holds the lease, for people to read. */
  readonly holder: string;
  readonly relayAfterMs: number;
  readonly onOpened: (saleId: SaleId) => void;
}

export interface Controller {
  /** Takes the lease whenever it is free and does the controller's duties while it has it; until `signal` aborts. */
  run(signal: CancelSignal): Promise<void>;
}

/** Renewed every second; two missed renewals and another candidate takes over: within 4 s of a death. */
const lease = { ttlMs: 3_000, renewEveryMs: 1_000 } as const;
export const controllerLeaseName = 'controller';
/** Duties that buyers notice run at this pace; the others every fourth time. */
const dutyEveryMs = 250;
/** Rows a duty takes at once: one round trip each to ledger and gate, under 50 ms. */
const expireLimit = 500;

/**
 * The controller: one at a time, by a lease row in the ledger whose token every write compares.
 * A duty that fails is counted and tried again at the next beat; none stops another.
 */
export function createController(use: ControllerParts): Controller {
  const rebuilding = new Map<SaleId, Promise<void>>();
  const checkpoints = new Map<SaleId, string>();
  const servers = createServerRows(use);
  let held: Lease | null = null;
  let heldUntilMs = 0;

  const currentLease = () => (use.clock.monotonicMs() < heldUntilMs ? held : null);

  async function keepLease(signal: CancelSignal): Promise<void> {
    while (!signal.aborted) {
      const askedMs = use.clock.monotonicMs();
      try {
        held = await use.ledger.takeLease(controllerLeaseName, use.holder, lease.ttlMs);
        heldUntilMs = held ? askedMs + lease.ttlMs : 0;
      } catch (error) {
        use.telemetry.fault('controller', error);
      }
      await use.clock.sleep(lease.renewEveryMs, signal);
    }
  }

  async function duty(name: string, run: () => Promise<unknown>): Promise<void> {
    await run().catch((error: unknown) => use.telemetry.fault(name, error));
  }

  async function startRebuilds(signal: CancelSignal): Promise<void> {
    for (const wanted of await use.ledger.epochsWanted()) {
      if (rebuilding.has(wanted.saleId)) continue;
      const task = rebuildGate(wanted, currentLease, signal, { ...use, servers })
        .then((verdict) => {
          if (verdict.kind === 'opened') {
            use.telemetry.note(
              'rebuild-gate',
              `sale ${wanted.saleId} open in epoch ${verdict.epoch.epoch} (${wanted.reason})`,
              { epoch: verdict.epoch.epoch, ...verdict.times },
            );
            use.onOpened(wanted.saleId);
          } else {
            use.telemetry.count('rebuild_abandoned');
            use.telemetry.note('rebuild-gate', `sale ${wanted.saleId}: attempt abandoned, ${verdict.why}`);
          }
        })
        .catch((error: unknown) => use.telemetry.fault('rebuild-gate', error))
        .finally(() => rebuilding.delete(wanted.saleId));
      rebuilding.set(wanted.saleId, task);
    }
  }

  /** A gate that was lost is noticed here even where no buyer meets it. */
  async function watchFence(sale: SaleView): Promise<boolean> {
    if (sale.epoch?.state !== 'open') return false;
    const fence = await use.gate.fence(sale.config.saleId);
    if (fence?.matches && fence.state === 'open' && fence.epoch >= sale.epoch.epoch) return true;
    const counted = await use.ledger.reportFence(
      sale.config.saleId,
      mainGate,
      sale.epoch.epoch,
      fence ? 'fence_mismatch' : 'gate_empty',
    );
    if (counted) use.telemetry.count('fence_reported');
    return false;
  }

  /** Whoever waits is admitted at the rate also where nobody asks. */
  async function moveRoom(sale: SaleView, present: Lease, checkpoint: boolean): Promise<void> {
    if (!sale.epoch || sale.config.admissionRate === null) return;
    const { saleId } = sale.config;
    const now = use.clock.now();
    const answer = await use.room.admit(saleId, sale.epoch.epoch, admissionRateAt(sale.config, now), 0, now);
    if (answer.kind === 'rebuilding' || !checkpoint) return;
    const text = progressText(answer.progress);
    if (checkpoints.get(saleId) === text) return;
    await use.ledger.checkpointRoom(saleId, answer.progress, present);
    checkpoints.set(saleId, text);
  }

  /**
   * So that a rebuild does not begin to wait only then for servers that have died before. The rows of the dead go: the next
   * leader would take them for living ones.
   */
  async function watchServers(): Promise<void> {
    for (const { serverId, renewal, silentMs } of await servers.look()) {
      if (silentMs >= nothingUnderWayLeases * use.serverLeaseMs) await use.ledger.removeServer(serverId, renewal);
    }
  }

  async function beat(count: number, signal: CancelSignal): Promise<void> {
    const present = currentLease();
    if (!present) return;
    await duty('expire', async () => {
      const expired = await use.ledger.expireOverdue(expireLimit, present);
      use.telemetry.count('orders_expired', expired.length);
    });
    const everySecond = count % Math.round(1_000 / dutyEveryMs) === 0;
    if (everySecond) await duty('server-rows', watchServers);
    for (const sale of await use.ledger.sales()) {
      const { saleId } = sale.config;
      if (rebuilding.has(saleId)) continue;
      let standing = false;
      await duty('watch-fence', async () => {
        standing = await watchFence(sale);
      });
      if (!standing || !sale.epoch) continue;
      const { epoch } = sale.epoch;
      await duty('relay', () => relayOutbox({ saleId, epoch }, use));
      await duty('release-holds', () => releaseHolds({ saleId, epoch }, present, use));
      await duty('waiting-room', () => moveRoom(sale, present, everySecond));
      if (!everySecond) continue;
      await duty('configure', () => use.gate.configure(saleId, epoch, sale.config));
      await duty('stock', () => sendTotals({ saleId, epoch }, use));
    }
    if (everySecond) await duty('stock', () => finishStockChanges(use));
    // Last, so that a fence that was found wrong in this beat is mended in this beat.
    await duty('rebuild-gate', () => startRebuilds(signal));
  }

  return {
    async run(signal) {
      const keeping = keepLease(signal);
      for (let count = 0; !signal.aborted; count += 1) {
        await duty('controller', () => beat(count, signal));
        await use.clock.sleep(currentLease() ? dutyEveryMs : dutyEveryMs / 5, signal);
      }
      await keeping;
      await Promise.all(rebuilding.values());
      if (held) await duty('controller', () => (held ? use.ledger.dropLease(held) : Promise.resolve()));
    },
  };
}

function progressText({ admittedUpTo, lastPlace }: RoomProgress): string {
  return `${admittedUpTo.epoch}.${admittedUpTo.counter}/${lastPlace.epoch}.${lastPlace.counter}`;
}
