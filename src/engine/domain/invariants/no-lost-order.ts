import type { OrderId } from '../ids.ts';
import type { OrderState } from '../order.ts';
import { type Finding, finding } from './finding.ts';

/**
 * What became of an order, in the words of Jepsen's set checker, and three of ours: revoked, late, stranded (the last counts units).
 * ok: heard and in the ledger. lost: heard or logged and not there. unexpected: there, and nobody logged it. duplicated: told
 * twice that it was new. recovered: the buyer heard no answer, and it is there. pending: logged, the ledger has not got to it.
 */
export interface OrderClasses {
  readonly ok: number;
  readonly lost: number;
  readonly unexpected: number;
  readonly duplicated: number;
  readonly recovered: number;
  readonly revoked: number;
  readonly late: number;
  readonly stranded: number;
  readonly pending: number;
}

/** An order that a buyer heard 200 for, or that stands in the log ahead of any newer marker. */
export function classOfPromised(
  state: OrderState | undefined,
  promise: { readonly recordingMayBePending: boolean },
): 'ok' | 'revoked' | 'pending' | 'lost' {
  if (state === 'revoked') return 'revoked';
  if (state !== undefined) return 'ok';
  return promise.recordingMayBePending ? 'pending' : 'lost';
}

/** An order whose buyer never heard an answer: whether it is there or not, both are right. */
export function classOfUnknown(state: OrderState | undefined): 'recovered' | 'revoked' | 'absent' {
  if (state === undefined) return 'absent';
  return state === 'revoked' ? 'revoked' : 'recovered';
}

export function heardOrderLost(orderId: OrderId): Finding {
  return finding('heard_order_lost', `a buyer heard 200 for ${orderId}, and the ledger does not have it`, {
    ids: [orderId],
    look: `fluxgate order show ${orderId}, then the client's history`,
  });
}

export function loggedOrderLost(orderId: OrderId, partition: number, offset: bigint): Finding {
  const text = `${orderId} is in the order log (partition ${partition}, offset ${offset}) and was passed over: the ledger does not have it`;
  return finding('logged_order_lost', text, {
    ids: [orderId],
    numbers: { partition, offset: Number(offset) },
    look: 'fluxgate dead-letters list, then the log of the worker',
  });
}

export function orderUnexpected(orderId: OrderId): Finding {
  return finding('order_unexpected', `${orderId} is in the ledger, and the order log has no record of it`, {
    ids: [orderId],
    look: `fluxgate order show ${orderId}`,
  });
}

/** Offsets run without a gap: a gap is a record that somebody took away. */
export function offsetsMissing(partition: number, after: bigint, next: bigint): Finding {
  const missing = Number(next - after - 1n);
  const text = `partition ${partition} of the order log lacks ${missing} of the records between offsets ${after} and ${next}`;
  return finding('offsets_missing', text, {
    numbers: { partition, missing, after: Number(after), next: Number(next) },
    look: 'the storage of the order log',
  });
}

/** The ledger has recorded further than the log reaches: the log lost its end. Null where all is well. */
export function logBehindLedger(partition: number, recorded: bigint, end: bigint): Finding | null {
  if (recorded <= end) return null;
  const text = `partition ${partition}: the ledger has recorded up to offset ${recorded}, and the order log ends at ${end}`;
  return finding('log_behind_ledger', text, {
    numbers: { partition, recorded: Number(recorded), end: Number(end) },
    look: 'the storage of the order log (a restored backup?)',
  });
}

/** A record whose bytes do not even say which order it was. */
export function recordUnreadable(partition: number, offset: bigint, reason: string): Finding {
  const text = `partition ${partition}, offset ${offset} of the order log is no readable order: ${reason}`;
  return finding('record_unreadable', text, {
    numbers: { partition, offset: Number(offset) },
    look: 'fluxgate dead-letters list',
  });
}

/** More orders were revoked than the operator said is fine. Null where not. */
export function tooManyRevoked(revoked: number, allowed: number, orderIds: readonly string[]): Finding | null {
  if (revoked <= allowed) return null;
  const text = `revoked orders: ${revoked}, allowed: ${allowed}; they are in the log, but against a rule of the ledger`;
  const first = orderIds[0];
  return finding('too_many_revoked', text, {
    ids: orderIds,
    numbers: { revoked, allowed },
    look: first === undefined ? 'fluxgate dead-letters list' : `fluxgate order show ${first}`,
  });
}
