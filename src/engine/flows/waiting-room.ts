import { admissionRateAt } from '../domain/admission.ts';
import type { PassId, SaleId, UserId } from '../domain/ids.ts';
import type { SaleView } from '../domain/ledger-facts.ts';
import {
  type PassRefusal,
  type RoomToken,
  type SigningKeys,
  signPass,
  signToken,
  verifyToken,
} from '../domain/room-token.ts';
import { opennessAt } from '../domain/sale.ts';
import { addMs, type Instant } from '../domain/time.ts';
import { isAdmitted, positionOf, type RoomProgress } from '../domain/waiting-room.ts';
import type { TicketOutcome } from '../engine.ts';
import type { CancelSignal } from '../ports/clock.ts';
import type { Digest } from '../ports/digest.ts';
import type { LedgerKeys } from '../ports/ledger-keys.ts';
import type { Random } from '../ports/random.ts';
import type { WaitingRoom } from '../ports/waiting-room.ts';
import { type OverviewParts, stockAtGate } from './sale-overview.ts';

interface WaitingRoomParts extends Omit<OverviewParts, 'ledger'> {
  readonly ledger: LedgerKeys;
  readonly room: WaitingRoom;
  readonly digest: Digest;
  readonly random: Random;
  /** How long an admitted buyer may take to order; a new look at the ticket gives the same pass again. */
  readonly passSeconds: number;
  readonly ticketSeconds: number;
}

export type PassReading =
  | { readonly kind: 'pass'; readonly passId: PassId | null }
  | { readonly kind: 'refused'; readonly why: PassRefusal }
  /** This process has not heard the signing keys yet. */
  | { readonly kind: 'unknown' };

/** What placing an order asks of a pass. */
export interface PassReader {
  /** No pass is a null id. Signature, expiry, sale and user are checked here, whether it is spent at the gate. */
  read(pass: string | null, saleId: SaleId, userId: UserId): PassReading;
}

export interface WaitingRoomFlow extends PassReader {
  takeTicket(saleId: SaleId, userId: UserId): Promise<TicketOutcome>;
  readTicket(ticket: string): Promise<TicketOutcome>;
  /** Keeps the signing keys fresh. */
  run(signal: CancelSignal): Promise<void>;
}

const noPass = { kind: 'pass', passId: null } as const;
/** A new key is known within this time, and so is a removed one. */
export const keysEveryMs = 10_000;
/** Often enough to feel alive, seldom enough that a million waiting phones are some 100,000 requests a second at worst. */
const poll = { minMs: 1_000, maxMs: 10_000 } as const;

/** The waiting room: tickets in, passes out. */
export function createWaitingRoomFlow(use: WaitingRoomParts): WaitingRoomFlow {
  let keys: SigningKeys = [];

  async function freshKeys(): Promise<SigningKeys> {
    if (keys.length === 0) keys = await use.ledger.signingKeys(use.random.hex(32));
    return keys;
  }

  /** How far the room is, moved on to now. Null while the gate is rebuilding. */
  async function progressOf(sale: SaleView): Promise<RoomProgress | null> {
    const standing = use.lease.standing(sale.config.saleId);
    if (standing.kind !== 'usable') return null;
    const answer = await use.room.admit(
      sale.config.saleId,
      standing.epoch,
      admissionRateAt(sale.config, use.clock.now()),
      0,
      use.clock.now(),
    );
    return answer.kind === 'admitted' ? answer.progress : null;
  }

  async function look(ticket: string, token: RoomToken, sale: SaleView): Promise<TicketOutcome> {
    const progress = await progressOf(sale);
    if (progress === null) return { kind: 'rebuilding' };
    const { saleId, admissionRate } = sale.config;
    const now = use.clock.now();
    const stock = await stockAtGate(sale, use);
    const seen = {
      ticket,
      saleId,
      stockLeft: (stock ?? []).reduce((sum, { free }) => sum + Math.max(0, free), 0),
      openness: opennessAt(sale.config, now),
    };
    if (isAdmitted(token.place, progress)) {
      const passExpiresAt = addMs(now, use.passSeconds * 1000);
      const { place, userId } = token;
      return {
        kind: 'admitted',
        ...seen,
        pass: signPass({ saleId, userId, place, expiresAt: passExpiresAt }, keys, use.digest),
        passExpiresAt,
      };
    }
    const position = positionOf(token.place, progress);
    const seconds = admissionRate === null ? 0 : position / admissionRate;
    return {
      kind: 'waiting',
      ...seen,
      position,
      etaSeconds: admissionRate === null || seen.openness.kind !== 'open' ? null : etaRange(seconds),
      pollAfterMs: pollAfter(seconds * 1000, use.random.fraction()),
    };
  }

  async function guarded(run: () => Promise<TicketOutcome>): Promise<TicketOutcome> {
    try {
      return await run();
    } catch (error) {
      use.telemetry.fault('waiting-room', error);
      return { kind: 'rebuilding' };
    }
  }

  async function saleNow(saleId: SaleId): Promise<SaleView | undefined> {
    if (!use.lease.sale(saleId)) await use.lease.refresh();
    return use.lease.sale(saleId);
  }

  return {
    read(pass, saleId, userId) {
      if (pass === null) return noPass;
      if (keys.length === 0) return { kind: 'unknown' };
      const verdict = verifyToken('pass', pass, keys, use.clock.now(), use.digest, { saleId, userId });
      return verdict.kind === 'valid' ? { kind: 'pass', passId: verdict.token.nonce as PassId } : verdict;
    },
    takeTicket: (saleId, userId) =>
      guarded(async () => {
        const sale = await saleNow(saleId);
        if (!sale) return { kind: 'unknown_sale' };
        const standing = use.lease.standing(saleId);
        if (standing.kind !== 'usable') return { kind: 'rebuilding' };
        const taken = await use.room.takePlace(saleId, standing.epoch);
        if (taken.kind === 'rebuilding') return taken;
        const expiresAt: Instant = addMs(use.clock.now(), use.ticketSeconds * 1000);
        const token: RoomToken = { saleId, userId, place: taken.place, expiresAt, nonce: use.random.hex(8) };
        return look(signToken('ticket', token, await freshKeys(), use.digest), token, sale);
      }),
    readTicket: (ticket) =>
      guarded(async () => {
        const verdict = verifyToken('ticket', ticket, await freshKeys(), use.clock.now(), use.digest);
        if (verdict.kind === 'refused') return verdict;
        const sale = await saleNow(verdict.token.saleId);
        return sale ? look(ticket, verdict.token, sale) : { kind: 'unknown_sale' };
      }),
    async run(signal) {
      while (!signal.aborted) {
        try {
          keys = await use.ledger.signingKeys(use.random.hex(32));
        } catch (error) {
          use.telemetry.fault('waiting-room', error);
        }
        await use.clock.sleep(keysEveryMs, signal);
      }
    },
  };
}

/** Places ahead may be given up, and the sale may pause: a third less at best, half as much again and two seconds at worst. */
function etaRange(seconds: number): { readonly low: number; readonly high: number } {
  return { low: Math.floor(seconds * 0.67), high: Math.ceil(seconds * 1.5 + 2) };
}

/** A quarter of the wait, with a fifth of it at random, so that a crowd that came at once does not poll at once. */
function pollAfter(waitMs: number, chance: number): number {
  const base = Math.min(poll.maxMs, Math.max(poll.minMs, waitMs / 4));
  return Math.round(base * (0.9 + 0.2 * chance));
}
