import type { OrderId } from '../domain/ids.ts';
import type { OrderState } from '../domain/order.ts';
import type { CancelSignal, Clock } from '../ports/clock.ts';
import type { LedgerAudit } from '../ports/ledger-audit.ts';
import type { Telemetry } from '../ports/telemetry.ts';
import { lookWhileWatched } from './look-while-watched.ts';

type Listener = (state: OrderState) => void;

interface Watched {
  readonly listeners: Set<Listener>;
  /** Null until the ledger has it. */
  state: OrderState | null;
}

/** Four looks a second, as at stock: one indexed read of some milliseconds while anybody watches, none else. */
const lookEveryMs = 250;
/** A server has 1,000 streams at most; whoever watches more hears of each of them in turn. */
const ordersALook = 1_000;

/** Tells of the states of single orders, whichever process records them: what the ledger says of those that are watched. */
export interface OrderWatch {
  /** Calls back with the order's state once the ledger has it, and with the newest one after each change. */
  watch(orderId: OrderId, listener: Listener): () => void;
  run(signal: CancelSignal): Promise<void>;
}

export function createOrderWatch(use: {
  readonly ledger: Pick<LedgerAudit, 'orderStates'>;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
}): OrderWatch {
  /** In the order in which they will be looked at. */
  const watched = new Map<OrderId, Watched>();

  function nextOrders(): readonly OrderId[] {
    const next = [...watched.keys()].slice(0, ordersALook);
    if (watched.size === next.length) return next;
    for (const orderId of next) {
      const order = watched.get(orderId);
      watched.delete(orderId);
      if (order) watched.set(orderId, order);
    }
    return next;
  }

  async function look(): Promise<void> {
    for (const [orderId, state] of await use.ledger.orderStates(nextOrders())) {
      const order = watched.get(orderId);
      if (order === undefined || order.state === state) continue;
      order.state = state;
      for (const listener of order.listeners) listener(state);
    }
  }

  const lookout = lookWhileWatched({
    clock: use.clock,
    everyMs: lookEveryMs,
    isWatched: () => watched.size > 0,
    look: () => look().catch((error: unknown) => use.telemetry.fault('watch-orders', error)),
  });

  return {
    watch(orderId, listener) {
      const order = watched.get(orderId) ?? { listeners: new Set(), state: null };
      watched.set(orderId, order);
      order.listeners.add(listener);
      // The next look tells the newcomer, too; the others know it already and leave it out.
      order.state = null;
      lookout.wake();
      return () => {
        order.listeners.delete(listener);
        if (order.listeners.size === 0 && watched.get(orderId) === order) watched.delete(orderId);
      };
    },
    run: lookout.run,
  };
}
