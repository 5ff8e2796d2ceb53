import { mainGate } from './domain/ids.ts';
import type { SaleView } from './domain/ledger-facts.ts';
import type { LogRetention } from './domain/log-retention.ts';
import type { Engine } from './engine.ts';
import { createAppendLane } from './flows/append-lane.ts';
import { changeSale } from './flows/change-sale.ts';
import { changeStock } from './flows/change-stock.ts';
import { controllerLeaseName, createController } from './flows/controller.ts';
import { endOrder } from './flows/end-order.ts';
import { createHoldTurns } from './flows/hold-turns.ts';
import { initStock } from './flows/init-stock.ts';
import { inventoryOf } from './flows/inventory.ts';
import { limitWaiting } from './flows/limit-waiting.ts';
import { locateOrder, orderStatus } from './flows/order-status.ts';
import { createOrderPlacer } from './flows/place-order.ts';
import { createEventPublisher } from './flows/publish-events.ts';
import { recordOrders } from './flows/record-orders.ts';
import { relayOutbox } from './flows/relay-outbox.ts';
import { reportReadiness, reportStats } from './flows/report-stats.ts';
import { overviewOf } from './flows/sale-overview.ts';
import { createServerLease } from './flows/server-lease.ts';
import { sharedReading } from './flows/shared-reading.ts';
import { createWaitingRoomFlow } from './flows/waiting-room.ts';
import { createOrderWatch } from './flows/watch-orders.ts';
import { createReaderWatch } from './flows/watch-reader.ts';
import type { CancelSignal, Clock } from './ports/clock.ts';
import type { Digest } from './ports/digest.ts';
import type { Gate } from './ports/gate.ts';
import type { Ids } from './ports/ids.ts';
import type { Ledger } from './ports/ledger.ts';
import { ledgerGroup, type OrderLog } from './ports/order-log.ts';
import type { Random } from './ports/random.ts';
import type { RecordCodec } from './ports/record-codec.ts';
import type { Telemetry } from './ports/telemetry.ts';
import type { WaitingRoom } from './ports/waiting-room.ts';

/** Everything outside that a sale runs on. */
export interface EngineParts {
  readonly gate: Gate;
  readonly room: WaitingRoom;
  readonly orderLog: OrderLog;
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly random: Random;
  readonly ids: Ids;
  readonly digest: Digest;
  readonly codec: RecordCodec;
  readonly telemetry: Telemetry;
  /** What `telemetry` counted, for `stats`. */
  readonly counts: () => Readonly<Record<string, number>>;
}

/** Bounds and deadlines, in milliseconds where the name says so. */
export interface EngineSettings {
  readonly appendDeadlineMs: number;
  readonly serverLeaseMs: number;
  readonly serverRenewMs: number;
  readonly relayAfterMs: number;
  /** Below the request deadline of whoever serves. */
  readonly endOrderDeadlineMs: number;
  readonly maxWaitingOrders: number;
  readonly maxAppendsInFlight: number;
  readonly passSeconds: number;
  readonly ticketSeconds: number;
  /** Null where the order log keeps everything. */
  readonly logRetention: LogRetention | null;
  /** Who this process is, for people to read: `host:pid`. */
  readonly holder: string;
}

/** The parts of one process that run until they are told to stop. Each ends by its own signal, so that a stop has an order. */
export interface RunningEngine {
  readonly engine: Engine;
  /** The server's lease, its events and its signing keys. */
  serve(signal: CancelSignal): Promise<void>;
  /** The consumer that writes the ledger. */
  consume(signal: CancelSignal): Promise<void>;
  /** The candidate for the controller's lease. */
  control(signal: CancelSignal): Promise<void>;
  /**
   * Brings into the log what this gate's outboxes still have. True where nothing is left; false after `limitMs`: the gate
   * keeps the rest for the relay, or loses it with itself, and nobody was told yes for it.
   */
  flush(limitMs: number): Promise<boolean>;
}

/** Buyers who wait for a look-up: at 1,000 a second, the slowest that was seen, the last waits a second; a connection is waited for 3 s. */
const maxAsking = 1_000;

/** The count of held orders reads each of them: some 50 ms of 100,000, so not at every look of every dashboard. */
const heldOrdersForMs = 2_000;

/** Wires the flows to each other and to their ports. Starts nothing. */
export function createEngine(parts: EngineParts, settings: EngineSettings): RunningEngine {
  const { gate, ledger, clock, random, telemetry } = parts;
  const serverId = parts.ids.serverId();
  // Two containers may share a host name and a pid; a lease must know them apart.
  const holder = `${settings.holder}/${serverId}`;
  const lease = createServerLease({
    ...parts,
    serverId,
    leaseMs: settings.serverLeaseMs,
    renewEveryMs: settings.serverRenewMs,
  });
  const reported = new Set<string>();
  const onRebuilding = (sale: SaleView) => {
    if (!sale.epoch) return;
    const { saleId } = sale.config;
    const subject = `${saleId} ${sale.epoch.epoch}`;
    if (reported.has(subject)) return;
    reported.add(subject);
    ledger
      .reportFence(saleId, mainGate, sale.epoch.epoch, 'fence_mismatch')
      .then(() => lease.refresh())
      .catch((error: unknown) => {
        reported.delete(subject);
        telemetry.fault('report-fence', error);
      });
  };
  const lane = createAppendLane({ ...parts, maxInFlight: settings.maxAppendsInFlight });
  const turns = createHoldTurns({ ...parts, onRebuilding });
  const events = createEventPublisher({ ...parts, lease });
  const orders = createOrderWatch(parts);
  const waitingRoom = createWaitingRoomFlow({
    ...parts,
    lease,
    passSeconds: settings.passSeconds,
    ticketSeconds: settings.ticketSeconds,
  });
  const placer = createOrderPlacer({
    ...parts,
    lease,
    turns,
    lane,
    passes: waitingRoom,
    appendDeadlineMs: settings.appendDeadlineMs,
    maxWaiting: settings.maxWaitingOrders,
  });
  const controller = createController({
    ...parts,
    serverLeaseMs: settings.serverLeaseMs,
    appendDeadlineMs: settings.appendDeadlineMs,
    relayAfterMs: settings.relayAfterMs,
    holder,
    onOpened: () => {
      // A process that only controls has no row, and one written here would age until rebuilds had waited for it.
      if (lease.isServing()) lease.refresh().catch((error: unknown) => telemetry.fault('server-lease', error));
    },
  });
  const overview = { gate, ledger, lease, clock, telemetry };
  const reader = createReaderWatch(parts);
  const stats = {
    ...parts,
    heldOrders: sharedReading(() => ledger.heldOrders(), { clock, forMs: heldOrdersForMs }),
    standstills: reader.standstills,
    lease,
    lane,
    placer,
    controllerName: controllerLeaseName,
    holder,
  };
  const changing = { ...overview, random, logRetention: settings.logRetention };
  const ending = { ...overview, deadlineMs: settings.endOrderDeadlineMs };

  const asked = limitWaiting(maxAsking);
  const engine: Engine = {
    placeOrder: placer.place,
    orderStatus: (orderId) => asked(() => orderStatus(orderId, overview), { kind: 'unknown' }),
    cancelOrder: (orderId) => asked(() => endOrder(orderId, 'cancelled', ending), { kind: 'unknown' }),
    confirmOrder: (orderId) => endOrder(orderId, 'confirmed', ending),
    inventory: (productId, saleId) => asked(() => inventoryOf(productId, saleId, overview), { kind: 'unknown' }),
    initStock: (request, actor) =>
      initStock(request, actor, { ...overview, random, controllerName: controllerLeaseName }),
    sales: async () => Promise.all((await ledger.sales()).map((sale) => overviewOf(sale, overview))),
    sale: async (saleId) => {
      const sale = await ledger.sale(saleId);
      return sale ? overviewOf(sale, overview) : null;
    },
    createSale: (change, actor) => changeSale(change, { actor, only: 'new' }, changing),
    changeSale: (change, actor) => changeSale(change, { actor, only: 'existing' }, changing),
    changeStock: (request, actor) => changeStock(request, actor, overview),
    takeTicket: waitingRoom.takeTicket,
    readTicket: waitingRoom.readTicket,
    readiness: () => reportReadiness(stats),
    stats: () => reportStats(stats),
    subscribe: events.subscribe,
    watchOrder: orders.watch,
  };

  return {
    engine,
    async serve(signal) {
      await Promise.all([lease.run(signal), events.run(signal), orders.run(signal), waitingRoom.run(signal)]);
    },
    consume: (signal) =>
      reader.run(
        ledgerGroup,
        (batch) =>
          recordOrders(batch, {
            ledger,
            telemetry,
            locate: (orderId) => locateOrder(orderId, { gate, ledger }),
          }),
        signal,
      ),
    control: (signal) => controller.run(signal),
    async flush(limitMs) {
      const deadlineMs = clock.monotonicMs() + limitMs;
      await lane.idle();
      while (clock.monotonicMs() < deadlineMs) {
        let left = 0;
        for (const sale of lease.sales()) {
          if (sale.epoch?.state !== 'open') continue;
          left += await relayOutbox(
            { saleId: sale.config.saleId, epoch: sale.epoch.epoch },
            { ...parts, relayAfterMs: 0, appendDeadlineMs: settings.appendDeadlineMs },
          ).catch(() => 1);
        }
        if (left === 0) return true;
        await clock.sleep(50);
      }
      return false;
    },
  };
}
