import type { Epoch, OrderId, SaleId } from '../domain/ids.ts';
import type { RecordBytes } from '../domain/order.ts';
import type { Clock } from '../ports/clock.ts';
import type { Gate } from '../ports/gate.ts';
import { type OrderLog, orderLogLimits } from '../ports/order-log.ts';
import type { Telemetry } from '../ports/telemetry.ts';

/** A held order on its way into the log. */
export interface HeldOrder {
  readonly saleId: SaleId;
  readonly orderId: OrderId;
  /** The epoch in which it has to be settled: that of its hold. */
  readonly epoch: Epoch;
  readonly bytes: RecordBytes;
  /** When its append deadline runs out, on the steady clock, measured from before the hold. */
  readonly deadlineMs: number;
}

/** `settled`: in the log and out of the outbox, within the deadline. `unknown`: the relay appends it again. */
export type AppendVerdict = 'settled' | 'unknown';

/** Takes held orders to the log in few large appends, then settles them at the gate. */
export interface AppendLane {
  /** Called back exactly once. An order that is on its way already shares that way. */
  submit(order: HeldOrder, done: (verdict: AppendVerdict) => void): void;
  waiting(): number;
  inFlight(): number;
  /** Resolves when nothing is on its way any more. */
  idle(): Promise<void>;
}

interface Entry {
  readonly order: HeldOrder;
  done: readonly ((verdict: AppendVerdict) => void)[];
}

export function createAppendLane(use: {
  readonly gate: Gate;
  readonly orderLog: OrderLog;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
  /** Appends under way at most: more overlap the log's commits no better and make each smaller. */
  readonly maxInFlight: number;
}): AppendLane {
  const onTheWay = new Map<OrderId, Entry>();
  let queue: Entry[] = [];
  let inFlight = 0;
  let flushPlanned = false;
  let idleWaiters: (() => void)[] = [];

  function finish(entry: Entry, verdict: AppendVerdict): void {
    const { done: told } = entry;
    onTheWay.delete(entry.order.orderId);
    // The tables that a busy Map grew out of keep entries alive for a while: let them keep nobody's request with it.
    entry.done = [];
    for (const done of told) done(verdict);
  }

  async function appendAndSettle(entries: readonly Entry[]): Promise<void> {
    const now = use.clock.monotonicMs();
    const live = entries.filter((entry) => entry.order.deadlineMs > now);
    for (const entry of entries) if (entry.order.deadlineMs <= now) finish(entry, 'unknown');
    if (live.length === 0) return;
    const timeoutMs = Math.max(1, Math.ceil(Math.max(...live.map((entry) => entry.order.deadlineMs)) - now));
    const appended = await use.orderLog.append(
      live.map(({ order }) => ({ orderId: order.orderId, bytes: order.bytes })),
      timeoutMs,
    );
    if (appended.kind === 'unknown') {
      use.telemetry.count('append_unknown', live.length);
      use.telemetry.fault('append', appended.cause);
      for (const entry of live) finish(entry, 'unknown');
      return;
    }
    await Promise.all(groupBySaleAndEpoch(live).map((group) => settle(group)));
  }

  async function settle(group: readonly [Entry, ...Entry[]]): Promise<void> {
    const { saleId, epoch } = group[0].order;
    const answer = await use.gate
      .settle(
        saleId,
        epoch,
        group.map((entry) => entry.order.orderId),
      )
      .catch((error: unknown) => {
        use.telemetry.fault('settle', error);
        return { kind: 'unreachable' as const };
      });
    if (answer.kind !== 'settled') use.telemetry.count('settle_refused', group.length);
    const now = use.clock.monotonicMs();
    for (const entry of group) {
      finish(entry, answer.kind === 'settled' && now <= entry.order.deadlineMs ? 'settled' : 'unknown');
    }
  }

  function launch(): void {
    while (inFlight < use.maxInFlight && queue.length > 0) {
      const entries = queue.slice(0, orderLogLimits.append);
      queue = queue.length > orderLogLimits.append ? queue.slice(orderLogLimits.append) : [];
      inFlight += 1;
      appendAndSettle(entries)
        .catch((error: unknown) => {
          use.telemetry.fault('append', error);
          for (const entry of entries) if (onTheWay.get(entry.order.orderId) === entry) finish(entry, 'unknown');
        })
        .then(() => {
          inFlight -= 1;
          launch();
        });
    }
    if (inFlight === 0 && queue.length === 0) {
      const waiters = idleWaiters;
      idleWaiters = [];
      for (const wake of waiters) wake();
    }
  }

  return {
    submit(order, done) {
      const known = onTheWay.get(order.orderId);
      if (known) {
        known.done = [...known.done, done];
        return;
      }
      const entry: Entry = { order, done: [done] };
      onTheWay.set(order.orderId, entry);
      queue.push(entry);
      if (flushPlanned) return;
      flushPlanned = true;
      use.clock.endOfTurn(() => {
        flushPlanned = false;
        launch();
      });
    },
    waiting: () => queue.length,
    inFlight: () => inFlight,
    idle() {
      if (inFlight === 0 && queue.length === 0 && !flushPlanned) return Promise.resolve();
      return new Promise((resolve) => idleWaiters.push(resolve));
    },
  };
}

function groupBySaleAndEpoch(entries: readonly Entry[]): readonly (readonly [Entry, ...Entry[]])[] {
  const groups = new Map<string, [Entry, ...Entry[]]>();
  for (const entry of entries) {
    const name = `${entry.order.saleId} ${entry.order.epoch}`;
    const group = groups.get(name);
    if (group) group.push(entry);
    else groups.set(name, [entry]);
  }
  return [...groups.values()];
}
