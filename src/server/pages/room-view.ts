import type { Openness } from '../../engine/domain/sale.ts';
import { isoOf } from '../../engine/domain/time.ts';
import type { TicketOutcome } from '../../engine/engine.ts';

/** Where the buyer stands, as the page shows it. */
export type RoomState =
  | 'ask'
  | 'join'
  | 'waiting'
  | 'admitted'
  | 'sold_out'
  | 'scheduled'
  | 'paused'
  | 'closed'
  | 'rebuilding'
  | 'refused'
  | 'unknown_sale'
  | 'invalid'
  | 'busy';

/** The words of one moment. Pure data: the page only lays it out. */
export interface RoomView {
  readonly state: RoomState;
  readonly title: string;
  readonly lead: string;
  readonly position: number | null;
  readonly eta: string | null;
  readonly stockLeft: number | null;
  readonly pass: string | null;
  /** ISO instants that the script shows in the reader's own time. */
  readonly until: { readonly label: string; readonly at: string } | null;
  /** Which of the three steps is the present one; null where none is. */
  readonly step: 1 | 2 | 3 | null;
  readonly ticket: string | null;
  /** When to look again; null: nothing will change by itself. */
  readonly refreshMs: number | null;
}

/** Where the sale does not say better. Slow enough for a million readers, quick enough for one. */
const idleRefreshMs = 5_000;
const pausedRefreshMs = 10_000;

const blank: Omit<RoomView, 'state' | 'title' | 'lead'> = {
  position: null,
  eta: null,
  stockLeft: null,
  pass: null,
  until: null,
  step: null,
  ticket: null,
  refreshMs: null,
};

export const askView: RoomView = {
  ...blank,
  state: 'ask',
  title: 'Who is queueing?',
  lead: 'Enter the buyer id you order with. Your place is kept for you alone.',
  step: 1,
};
export const joinView: RoomView = {
  ...blank,
  state: 'join',
  title: 'Take your place',
  lead: 'Many people want the same thing right now. Take a place and we call you in order.',
  step: 1,
};
export const invalidView: RoomView = {
  ...blank,
  state: 'invalid',
  title: 'This link is not complete',
  lead: 'Something in the address is missing or damaged. Go back to the shop and try again from there.',
};
export const busyView: RoomView = {
  ...blank,
  state: 'busy',
  title: 'One moment, please',
  lead: 'We cannot see the queue right now. If you have a place, it is kept. This page tries again by itself.',
  refreshMs: idleRefreshMs,
};

/** An honest range: never more precise than we are. */
export function etaText(eta: { readonly low: number; readonly high: number } | null): string {
  if (eta === null) return 'Not known yet';
  if (eta.high < 45) return 'Less than a minute';
  const low = Math.floor(eta.low / 60);
  const high = Math.ceil(eta.high / 60);
  if (high >= 120) return `${Math.floor(eta.low / 3600) || 1} to ${Math.ceil(eta.high / 3600)} hours`;
  if (low === 0) return high === 1 ? 'About a minute' : `Up to ${high} minutes`;
  return low === high ? `About ${low} minutes` : `${low} to ${high} minutes`;
}

/** The view of a ticket. Pure. */
export function roomView(outcome: TicketOutcome, ticket: string | null): RoomView {
  switch (outcome.kind) {
    case 'waiting':
      return waitingView(outcome);
    case 'admitted':
      return admittedView(outcome);
    case 'refused':
      return {
        ...blank,
        state: 'refused',
        title: outcome.why === 'expired' ? 'Your place has expired' : 'This place is not valid',
        lead: 'Take a new place to go on. It takes one tap.',
        step: 1,
      };
    case 'unknown_sale':
      return {
        ...blank,
        state: 'unknown_sale',
        title: 'No such sale',
        lead: 'Go back to the shop and follow its link.',
      };
    case 'rebuilding':
      return {
        ...blank,
        state: 'rebuilding',
        title: 'Back in a moment',
        lead: 'We are restoring the sale after an interruption. Your place is kept; there is nothing you need to do.',
        ticket,
        step: 2,
        refreshMs: idleRefreshMs,
      };
    default:
      return outcome satisfies never;
  }
}

function waitingView(outcome: Extract<TicketOutcome, { kind: 'waiting' }>): RoomView {
  const { ticket, position, etaSeconds, stockLeft, openness, pollAfterMs } = outcome;
  const shut = shutView(openness);
  if (shut !== null) return { ...shut, position, stockLeft, ticket };
  if (stockLeft <= 0) return { ...soldOut, ticket };
  return {
    ...blank,
    state: 'waiting',
    title: position === 1 ? 'You are next' : 'You are in the queue',
    lead: 'Keep this page open. It updates by itself, and your place is safe if you reload.',
    position,
    eta: etaText(etaSeconds),
    stockLeft,
    step: 2,
    ticket,
    refreshMs: Math.max(1_000, pollAfterMs),
  };
}

function admittedView(outcome: Extract<TicketOutcome, { kind: 'admitted' }>): RoomView {
  const { ticket, pass, passExpiresAt, stockLeft, openness } = outcome;
  const shut = shutView(openness);
  if (shut !== null) return { ...shut, stockLeft, ticket };
  if (stockLeft <= 0) return { ...soldOut, ticket };
  return {
    ...blank,
    state: 'admitted',
    title: 'It is your turn',
    lead: 'Your pass is ready. Order now: the stock is not reserved until you do.',
    stockLeft,
    pass,
    until: { label: 'Pass valid until', at: isoOf(passExpiresAt) },
    step: 3,
    ticket,
    refreshMs: idleRefreshMs,
  };
}

const soldOut: RoomView = {
  ...blank,
  state: 'sold_out',
  title: 'Sold out',
  lead: 'Everything is taken. If an order is cancelled, units come back: this page shows it at once.',
  stockLeft: 0,
  refreshMs: pausedRefreshMs,
};

/** While the sale takes no orders; null while it does. */
function shutView(openness: Openness): RoomView | null {
  switch (openness.kind) {
    case 'open':
      return null;
    case 'scheduled':
      return {
        ...blank,
        state: 'scheduled',
        title: 'Not open yet',
        lead: 'You are early, and your place is kept. This page opens by itself.',
        until: openness.opensAt === null ? null : { label: 'Opens', at: isoOf(openness.opensAt) },
        step: 2,
        refreshMs: idleRefreshMs,
      };
    case 'paused':
      return {
        ...blank,
        state: 'paused',
        title: 'The sale is paused',
        lead: 'Your place is kept. We go on from exactly here.',
        step: 2,
        refreshMs: pausedRefreshMs,
      };
    case 'closed':
      return { ...blank, state: 'closed', title: 'The sale is over', lead: 'Thank you for waiting with us.' };
    default:
      return openness satisfies never;
  }
}
