import type { OrderId } from '../domain/ids.ts';
import type { LedgerOrder } from '../domain/ledger-facts.ts';
import type { EndOutcome } from '../engine.ts';
import type { Clock } from '../ports/clock.ts';
import type { Gate } from '../ports/gate.ts';
import type { Ledger } from '../ports/ledger.ts';
import type { Telemetry } from '../ports/telemetry.ts';
import { askGates } from './order-status.ts';
import type { ServerLease } from './server-lease.ts';

interface EndParts {
  readonly ledger: Ledger;
  readonly gate: Gate;
  readonly lease: ServerLease;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
  /** Below the HTTP request's deadline, so that the caller hears an answer and not a closed socket. */
  readonly deadlineMs: number;
}

/** How often the ledger is asked for an order that is still on its way: the consumer needs some 10 ms. */
const pollMs = 25;

/**
 * Cancels or confirms an order. The ledger decides, never the gate first; an order that only the gate knows is waited for.
 */
export async function endOrder(orderId: OrderId, to: 'cancelled' | 'confirmed', use: EndParts): Promise<EndOutcome> {
  const deadlineMs = use.clock.monotonicMs() + use.deadlineMs;
  try {
    for (;;) {
      const result = await use.ledger.transition(
        orderId,
        to,
        to === 'cancelled' ? 'cancelled by request' : 'confirmed by request',
      );
      switch (result.kind) {
        case 'moved':
          if (to === 'cancelled') await releaseAtOnce(result.order, use);
          return { kind: 'done', orderId, state: result.order.state };
        case 'already':
          return { kind: 'done', orderId, state: result.order.state };
        case 'forbidden':
          return { kind: 'forbidden', orderId, state: result.order.state, why: result.why };
        case 'unknown_order': {
          // Asked in this order, an order that was recorded in between is found by the second look at the ledger.
          const known = await askGates(orderId, use);
          if (known.kind === 'absent' && (await use.ledger.order(orderId)) === null) return { kind: 'unknown_order' };
          if (use.clock.monotonicMs() > deadlineMs) return { kind: 'unknown' };
          await use.clock.sleep(pollMs);
          break;
        }
        default:
          result satisfies never;
      }
    }
  } catch (error) {
    use.telemetry.fault('end-order', error);
    return { kind: 'unknown' };
  }
}

/** The units are free in the ledger; the gate hears it now instead of at the controller's next beat, which repeats it anyway. */
async function releaseAtOnce(order: LedgerOrder, use: EndParts): Promise<void> {
  const epoch = use.lease.sale(order.saleId)?.epoch;
  if (epoch?.state !== 'open') return;
  await use.gate
    .release(order.saleId, epoch.epoch, [order])
    .catch((error: unknown) => use.telemetry.fault('end-order', error));
}
