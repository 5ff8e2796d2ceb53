import type { HistoryOutcome } from '../history/history-entry.ts';
import { pauseBeforeRetryMs, pauseBeforeTryMs } from './retry-rules.ts';
import { type Habits, loadDefaults } from './scenario.ts';
import type { Behaviour } from './scenario-schema.ts';

/** Something a buyer asks for besides an order. A `place` is the question where a ticket stands. */
export type BuyerCall =
  | { readonly kind: 'ticket' }
  | { readonly kind: 'place'; readonly ticket: string }
  | { readonly kind: 'cancel'; readonly orderId: string };

/** What a buyer does next. */
export type BuyerStep =
  | { readonly kind: 'leave' }
  /** The waiting room said that nothing is left. */
  | { readonly kind: 'leave_sold_out' }
  /** The same order, the same key. */
  | { readonly kind: 'order'; readonly pauseMs: number; readonly pass?: string }
  | { readonly kind: 'call'; readonly pauseMs: number; readonly call: BuyerCall };

export interface HeardOfOrder {
  readonly outcome: HistoryOutcome;
  readonly orderId?: string | undefined;
  readonly retryAfterSeconds: number | null;
  /** How often this order has been sent so far. */
  readonly tries: number;
  /** A fraction in [0, 1), so that a crowd does not come back as one. */
  readonly chance: number;
}

/** What an answer to a call came to; `answered` has the fields of its body. */
export interface HeardOfCall {
  readonly outcome:
    | 'answered'
    | 'refused'
    | 'rate_limited'
    | 'unavailable'
    | 'connection_error'
    | 'timeout'
    | 'aborted';
  readonly fields: Readonly<Record<string, unknown>>;
  readonly retryAfterSeconds: number | null;
  /** How often this call has been made so far. */
  readonly tries: number;
  readonly chance: number;
}

const leave: BuyerStep = { kind: 'leave' };

/** Behaviours that try again by the rules of the server. */
const followsRules: ReadonlySet<Behaviour> = new Set<Behaviour>(['retry', 'waiting-room', 'cancel']);

/** What a buyer does once an order was answered. A function of its arguments alone. */
export function stepAfterOrder(
  behaviour: Behaviour,
  heard: HeardOfOrder,
  habits: Habits = loadDefaults.habits,
): BuyerStep {
  const { outcome, orderId, retryAfterSeconds, tries, chance } = heard;
  if (behaviour === 'bot') return botStep(heard, habits);
  if (behaviour === 'waiting-room' && outcome === 'waiting') {
    // the first order has no pass yet; a later one had, and it was refused: it may be so for ever
    const pauseMs = tries === 1 ? 0 : pauseBeforeTryMs(tries - 1, retryAfterSeconds, chance);
    return { kind: 'call', pauseMs, call: { kind: 'ticket' } };
  }
  if (behaviour === 'cancel' && orderId !== undefined)
    return { kind: 'call', pauseMs: habits.cancelAfterMs, call: { kind: 'cancel', orderId } };
  if (!followsRules.has(behaviour)) return leave;
  const pauseMs = pauseBeforeRetryMs(outcome, tries, retryAfterSeconds, chance);
  return pauseMs === null ? leave : { kind: 'order', pauseMs };
}

/** A script does not read Retry-After, nor does it wait in a room: it asks again until it knows. */
function botStep({ outcome, tries }: HeardOfOrder, { bots }: Habits): BuyerStep {
  const again = outcome === 'waiting' || pauseBeforeRetryMs(outcome, tries, null, 0) !== null;
  return again && tries < bots.tries ? { kind: 'order', pauseMs: bots.pauseMs } : leave;
}

/** What a buyer does once a call was answered. A function of its arguments alone. */
export function stepAfterCall(call: BuyerCall, heard: HeardOfCall): BuyerStep {
  if (heard.outcome !== 'answered') return callAgain(call, heard);
  if (call.kind === 'cancel') return leave;
  const { status, ticket, pass, stockLeft, pollAfterMs } = heard.fields;
  // it goes into a header
  if (status === 'admitted' && typeof pass === 'string' && /^[\x21-\x7e]+$/.test(pass))
    return { kind: 'order', pauseMs: 0, pass };
  if (status !== 'waiting' || typeof ticket !== 'string') return leave;
  // the room says so to everybody: nobody waits for nothing
  if (stockLeft === 0) return { kind: 'leave_sold_out' };
  const pauseMs = typeof pollAfterMs === 'number' ? Math.max(0, pollAfterMs) : defaultPollMs;
  return { kind: 'call', pauseMs: pauseMs * (1 + heard.chance / 10), call: { kind: 'place', ticket } };
}

/** Where an answer names none; the server always does. */
const defaultPollMs = 1_000;

function callAgain(call: BuyerCall, { outcome, tries, retryAfterSeconds, chance }: HeardOfCall): BuyerStep {
  if (outcome === 'answered' || outcome === 'refused' || outcome === 'aborted') return leave;
  const pauseMs = pauseBeforeRetryMs(outcome === 'unavailable' ? 'unknown' : outcome, tries, retryAfterSeconds, chance);
  return pauseMs === null ? leave : { kind: 'call', pauseMs, call };
}
