import type { Socket } from 'node:net';
import type { Chance, LaneEffect } from './faults/effect.ts';

/**
 * The bytes that wait in one direction (latency, bandwidth) before its source has to wait, too: 5 MB/s over 50 ms of delay,
 * and at most 512 MB where 1,000 connections are full both ways.
 */
const mostWaitingBytes = 256 * 1024;

/** What arrived: bytes, that the source says no more, or that it has broken the connection. */
type Arrived = Buffer | 'end' | 'break';

interface Waiting {
  what: Arrived;
  /** Not before this; nothing overtakes what stands ahead of it. */
  dueAt: number;
}

/** Told what a fault does. */
export interface LaneEvents {
  /** So many bytes vanished. */
  onLost(sizeBytes: number): void;
  /** Something was held back, cut into pieces or swallowed. */
  onTouched(): void;
  /** The source's break has arrived at the other side. */
  onBreak(): void;
  /** All the bytes have passed that may. */
  onLimit(): void;
}

/** One direction's effect of the moment, with the draws it makes. */
export interface LaneFault {
  readonly effect: LaneEffect;
  readonly chance: Chance;
}

/**
 * One direction of a connection: what arrives at `from`, its end included, leaves at `to` in the same order, as the effect of
 * the moment wants it. `to` is never given more than it takes.
 */
export class Lane {
  readonly #from: Socket;
  readonly #to: Socket;
  readonly #events: LaneEvents;
  #fault: LaneFault;
  #waiting: Waiting[] = [];
  #waitingBytes = 0;
  /** Since the fault began. */
  #passedBytes = 0;
  #lastDueAt = 0;
  /** Nothing leaves before: the pause behind a piece. */
  #freeAt = 0;
  #timer: NodeJS.Timeout | undefined;
  /** `to` takes no more before it has drained. */
  #full = false;
  #hole = false;
  #closed = false;

  constructor(from: Socket, to: Socket, use: { readonly fault: LaneFault; readonly events: LaneEvents }) {
    this.#from = from;
    this.#to = to;
    this.#fault = use.fault;
    this.#events = use.events;
    from.on('data', (bytes) => this.#take(bytes));
    from.on('end', () => this.#take('end'));
    to.on('drain', () => {
      this.#full = false;
      this.#flush();
    });
  }

  /** Whether what comes now would vanish. */
  get swallows(): boolean {
    return this.#hole || this.#fault.effect.swallows;
  }

  /** The source has broken the connection. Without a fault that is heard at once, ahead of what still waits. */
  broke(): void {
    if (this.#closed) return;
    if (this.swallows) this.#hole = true;
    else if (this.#fault.effect.endDelayMs === 0) this.#events.onBreak();
    else this.#take('break');
  }

  /**
   * Another fault holds from now on, also for what waits: its time begins anew. False where bytes are missing that would
   * pass from now on: TCP never delivers a stream with a hole, so the connection cannot go on.
   */
  changed(fault: LaneFault): boolean {
    this.#fault = fault;
    this.#passedBytes = 0;
    this.#lastDueAt = 0;
    this.#freeAt = 0;
    if (fault.effect.swallows) {
      if (this.#waiting.length > 0) this.#hole = true;
      this.#events.onLost(this.#waitingBytes);
      this.#drop();
      this.#pace();
      return true;
    }
    for (const one of this.#waiting) one.dueAt = this.#dueAt(one.what);
    this.#flush();
    return !this.#hole;
  }

  close(): void {
    this.#closed = true;
    this.#drop();
  }

  #take(what: Arrived): void {
    if (this.#closed) return;
    if (this.swallows) {
      this.#hole = true;
      this.#events.onTouched();
      this.#events.onLost(sizeOf(what));
      return;
    }
    this.#waiting.push({ what, dueAt: this.#dueAt(what) });
    this.#waitingBytes += sizeOf(what);
    if (this.#timer === undefined) this.#flush();
    else this.#pace();
  }

  /** When a chunk that arrives now may leave: never ahead of the one before it. */
  #dueAt(what: Arrived): number {
    const { effect, chance } = this.#fault;
    const delayMs = effect.delayMs(chance) + (typeof what === 'string' ? effect.endDelayMs : 0);
    if (delayMs > 0) this.#events.onTouched();
    this.#lastDueAt = Math.max(this.#lastDueAt, performance.now() + delayMs);
    return this.#lastDueAt;
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const now = performance.now();
    let next = this.#waiting[0];
    while (next !== undefined && !this.#full && this.#leavesAt(next) <= now) {
      this.#leave(next, now);
      next = this.#waiting[0];
    }
    if (next !== undefined && !this.#full) {
      // a timer may be a little early: then it is set once more
      this.#timer = setTimeout(() => this.#flush(), Math.max(1, this.#leavesAt(next) - now));
    }
    this.#pace();
  }

  #leavesAt({ what, dueAt }: Waiting): number {
    return typeof what === 'string' ? dueAt : Math.max(dueAt, this.#freeAt);
  }

  /** The first of those that wait goes, or as much of it as the effect lets pass at once. */
  #leave(next: Waiting, now: number): void {
    if (typeof next.what === 'string') {
      this.#waiting.shift();
      if (next.what === 'break') this.#events.onBreak();
      else if (this.#to.writable) this.#to.end();
      return;
    }
    const { effect, chance } = this.#fault;
    const left = effect.limitBytes - this.#passedBytes;
    const piece = next.what.subarray(0, Math.min(effect.pieceBytes(chance), left));
    if (piece.length < next.what.length) next.what = next.what.subarray(piece.length);
    else this.#waiting.shift();
    this.#waitingBytes -= piece.length;
    this.#passedBytes += piece.length;
    const gapMs = effect.gapMs(piece.length);
    this.#freeAt = now + gapMs;
    if (gapMs > 0) this.#events.onTouched();
    if (this.#to.writable) this.#full = !this.#to.write(piece);
    if (piece.length === left) this.#events.onLimit();
  }

  /** The source waits while nothing of it can leave or too much of it is here; what is swallowed needs no room. */
  #pace(): void {
    if (this.#closed) return;
    if (!this.swallows && (this.#full || this.#waitingBytes > mostWaitingBytes)) this.#from.pause();
    else this.#from.resume();
  }

  #drop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#waiting = [];
    this.#waitingBytes = 0;
  }
}

function sizeOf(what: Arrived): number {
  return typeof what === 'string' ? 0 : what.length;
}
