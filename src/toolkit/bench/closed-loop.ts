import { connect, type Socket } from 'node:net';
import { performance } from 'node:perf_hooks';
import { FluxError } from '../../engine/domain/flux-error.ts';
import { LatencyBook, type LatencySummary } from '../load/latency-book.ts';
import { AnswerParser } from './answer-parser.ts';

/** What to send, and for how long. */
export interface ClosedLoopOptions {
  readonly host: string;
  readonly port: number;
  /** Each has one request under way at a time. */
  readonly connections: number;
  readonly seconds: number;
  /** The whole n-th request (n from 0), head and body, in Latin-1 characters. */
  readonly request: (n: number) => string;
  readonly signal?: AbortSignal;
}

export interface ClosedLoopResult {
  /** Answers within the measured time, by status. */
  readonly byStatus: ReadonlyMap<number, number>;
  /** All answers of the run by status, those after the measured time included. */
  readonly byStatusInAll: ReadonlyMap<number, number>;
  readonly answers: number;
  readonly answersPerSecond: number;
  readonly latencyMs: LatencySummary;
  /** Connections that were lost and made anew. */
  readonly lost: number;
  /** The part of the time that this process was busy: at 1 it could not have sent more. */
  readonly generatorBusy: number;
}

/** After the end each connection waits this long for its last answer: twice the servers' own deadline. */
const lastAnswerMs = 10_000;
const connectMs = 5_000;
/** A server that drops connections all the time is not being measured any more. */
const maxLost = 1_000;
/** An answer is under 1 KB; this is one read of many. */
const readBytes = 16 * 1024;

/**
 * Asks as fast as a number of connections can, each one question at a time: finds a server's most, not its latency under a
 * given load (that is `load run`). On plain sockets because an HTTP client would be the bottleneck itself.
 * @throws FluxError `server_unreachable`
 */
export async function closedLoop(options: ClosedLoopOptions): Promise<ClosedLoopResult> {
  const run = new ClosedLoop(options);
  return run.finish();
}

class ClosedLoop {
  readonly #options: ClosedLoopOptions;
  readonly #inAll = new Map<number, number>();
  #measured: ReadonlyMap<number, number> | null = null;
  readonly #latency = new LatencyBook();
  readonly #sockets = new Set<Socket>();
  #asked = 0;
  #underWay = 0;
  #lost = 0;
  #over = false;
  #fail: (error: unknown) => void = () => {};
  #done: () => void = () => {};

  constructor(options: ClosedLoopOptions) {
    this.#options = options;
  }

  async finish(): Promise<ClosedLoopResult> {
    const { seconds, connections, signal } = this.#options;
    const ended = new Promise<void>((resolve, reject) => {
      this.#done = resolve;
      this.#fail = reject;
    });
    // a failure may come before anybody awaits it below
    ended.catch(() => {});
    try {
      const asks = await Promise.all(Array.from({ length: connections }, () => this.#open()));
      const before = performance.eventLoopUtilization();
      const startedAt = performance.now();
      for (const ask of asks) ask();
      await Promise.race([ended, pause(seconds * 1_000, signal)]);
      const elapsedSeconds = (performance.now() - startedAt) / 1_000;
      const generatorBusy = performance.eventLoopUtilization(before).utilization;
      this.#measured = new Map(this.#inAll);
      const latencyMs = this.#latency.summary();
      this.#over = true;
      if (this.#underWay > 0) await Promise.race([ended, pause(lastAnswerMs, signal)]);
      const answers = sumOf(this.#measured);
      return {
        byStatus: this.#measured,
        byStatusInAll: this.#inAll,
        answers,
        answersPerSecond: answers / elapsedSeconds,
        latencyMs,
        lost: this.#lost,
        generatorBusy,
      };
    } finally {
      this.#over = true;
      for (const socket of this.#sockets) socket.destroy();
    }
  }

  /** Opens a connection; gives back what asks its next question. */
  async #open(): Promise<() => void> {
    const { host, port, request } = this.#options;
    let sentAt = 0;
    let waiting = false;
    const parser = new AnswerParser((status) => {
      const now = performance.now();
      this.#inAll.set(status, (this.#inAll.get(status) ?? 0) + 1);
      if (!this.#over) this.#latency.record(now - sentAt);
      waiting = false;
      this.#underWay -= 1;
      ask();
    });
    const buffer = Buffer.allocUnsafe(readBytes);
    const callback = (read: number): boolean => {
      try {
        parser.feed(buffer.subarray(0, read));
      } catch (error) {
        this.#fail(error);
      }
      return true;
    };
    const socket = connect({ host, port, noDelay: true, onread: { buffer, callback } });
    const ask = (): void => {
      if (this.#over) {
        if (this.#underWay === 0) this.#done();
        return;
      }
      waiting = true;
      this.#underWay += 1;
      sentAt = performance.now();
      socket.write(request(this.#asked++), 'latin1');
    };
    this.#sockets.add(socket);
    await connected(socket, host, port);
    socket.on('error', () => {});
    socket.on('close', () => {
      this.#sockets.delete(socket);
      if (waiting) this.#underWay -= 1;
      this.#replace();
    });
    return ask;
  }

  #replace(): void {
    if (this.#over) {
      if (this.#underWay === 0) this.#done();
      return;
    }
    this.#lost += 1;
    if (this.#lost > maxLost) {
      this.#fail(new FluxError('server_unreachable', `more than ${maxLost} connections were lost while measuring`));
      return;
    }
    this.#open().then(
      (ask) => ask(),
      (error: unknown) => this.#fail(error),
    );
  }
}

function connected(socket: Socket, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (cause: unknown): void => {
      socket.destroy();
      reject(new FluxError('server_unreachable', `no connection to ${host}:${port}`, { cause }));
    };
    socket.setTimeout(connectMs, () => fail(new Error(`no answer in ${connectMs} ms`)));
    socket.once('error', fail);
    socket.once('connect', () => {
      socket.setTimeout(0);
      socket.off('error', fail);
      resolve();
    });
  });
}

/** Resolves after the time, or as soon as the signal aborts. */
function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal?.addEventListener('abort', end, { once: true });
    if (signal?.aborted) end();
  });
}

function sumOf(counts: ReadonlyMap<number, number>): number {
  let sum = 0;
  for (const n of counts.values()) sum += n;
  return sum;
}
