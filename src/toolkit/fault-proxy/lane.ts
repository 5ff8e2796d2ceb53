import type { Socket } from 'node:net';
import type { Direction, Effect } from './faults/effect.ts';

/**
 * The bytes that wait in one direction (latency) before its source has to wait, too: 5 MB/s over 50 ms of delay, and at most
 * 512 MB where 1,000 connections are full both ways.
 */
const mostWaitingBytes = 256 * 1024;

interface Waiting {
  /** null is the end of the stream. */
  readonly bytes: Buffer | null;
  dueAt: number;
}

/**
 * One direction of a connection: what arrives at `from`, its end included, leaves at `to` in the same order, as the effect of
 * the moment wants it. `to` is never given more than it takes.
 */
export class Lane {
  readonly #from: Socket;
  readonly #to: Socket;
  readonly #direction: Direction;
  readonly #effect: () => Effect;
  readonly #onLost: (direction: Direction, sizeBytes: number) => void;
  #waiting: Waiting[] = [];
  #waitingBytes = 0;
  #lastDueAt = 0;
  #timer: NodeJS.Timeout | undefined;
  /** `to` takes no more before it has drained. */
  #full = false;
  #hole = false;
  #closed = false;

  constructor(
    from: Socket,
    to: Socket,
    use: {
      readonly direction: Direction;
      readonly effect: () => Effect;
      readonly onLost: (direction: Direction, sizeBytes: number) => void;
    },
  ) {
    this.#from = from;
    this.#to = to;
    this.#direction = use.direction;
    this.#effect = use.effect;
    this.#onLost = use.onLost;
    from.on('data', (bytes) => this.#take(bytes));
    from.on('end', () => this.#take(null));
    to.on('drain', () => {
      this.#full = false;
      this.#flush();
    });
  }

  /** Whether what comes now would vanish. */
  get swallows(): boolean {
    return this.#hole || this.#effect().swallows.includes(this.#direction);
  }

  /** Something happened to the source that nobody is told of. */
  lose(): void {
    this.#hole = true;
  }

  /**
   * Another effect holds from now on, also for what waits. False where bytes are missing that would pass from now on: TCP
   * never delivers a stream with a hole, so the connection cannot go on.
   */
  changed(): boolean {
    if (this.#effect().swallows.includes(this.#direction)) {
      if (this.#waiting.length > 0) this.#hole = true;
      this.#onLost(this.#direction, this.#waitingBytes);
      this.#drop();
      this.#pace();
      return true;
    }
    this.#lastDueAt = 0;
    for (const one of this.#waiting) one.dueAt = Math.min(one.dueAt, this.#dueAt());
    this.#flush();
    return !this.#hole;
  }

  close(): void {
    this.#closed = true;
    this.#drop();
  }

  #take(bytes: Buffer | null): void {
    if (this.#closed) return;
    if (this.swallows) {
      this.#hole = true;
      this.#onLost(this.#direction, bytes?.length ?? 0);
      return;
    }
    this.#waiting.push({ bytes, dueAt: this.#dueAt() });
    this.#waitingBytes += bytes?.length ?? 0;
    if (this.#timer === undefined) this.#flush();
    else this.#pace();
  }

  /** When a chunk that arrives now may leave: never ahead of the one before it. */
  #dueAt(): number {
    this.#lastDueAt = Math.max(this.#lastDueAt, performance.now() + this.#effect().delayMs());
    return this.#lastDueAt;
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const now = performance.now();
    let next = this.#waiting[0];
    while (next !== undefined && !this.#full && next.dueAt <= now) {
      this.#waiting.shift();
      this.#waitingBytes -= next.bytes?.length ?? 0;
      this.#pass(next.bytes);
      next = this.#waiting[0];
    }
    // a timer may be a little early: then it is set once more
    if (next !== undefined && !this.#full) this.#timer = setTimeout(() => this.#flush(), Math.max(1, next.dueAt - now));
    this.#pace();
  }

  #pass(bytes: Buffer | null): void {
    if (!this.#to.writable) return;
    if (bytes === null) this.#to.end();
    else this.#full = !this.#to.write(bytes);
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
