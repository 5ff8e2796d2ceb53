import { type HttpAnswer, HttpConnection, type ReadyRequest } from './http-connection.ts';

/** What is asked. The client adds `host` and `content-length`. */
export interface HttpAsk {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** With its query, encoded. */
  readonly path: string;
  /** Whole lines, each with its line end. */
  readonly headers?: string;
  readonly body?: string;
  /** The address of this machine that it comes from; default: the system's choice. */
  readonly localAddress?: string;
}

export interface HttpClientOptions {
  /** To one server from one address: as many asks are under way at once. */
  readonly connections: number;
  /** From the ask to the end of its answer, connecting included. */
  readonly timeoutMs: number;
}

/** How often requests are looked at for their deadline: exact enough for deadlines of 100 ms and more. */
const sweepEveryMs = 20;

/**
 * Asks over HTTP/1.1 on plain sockets, one request at a time a connection, connections kept. Never throws for a dead server:
 * that is an answer of another kind, and each ask is answered exactly once. undici needed 40 us and more of processor time
 * for one order, this client a fraction of it: at 25,000 requests a second the generator would have been the measurement.
 */
export class HttpClient {
  readonly #options: HttpClientOptions;
  readonly #lanes = new Map<string, Lane>();
  #stopped = false;

  constructor(options: HttpClientOptions) {
    this.#options = options;
  }

  /** `origin` like http://127.0.0.1:8080 */
  ask(origin: string, ask: HttpAsk, onAnswer: (answer: HttpAnswer) => void): void {
    if (this.#stopped) {
      const now = performance.now();
      onAnswer({ kind: 'aborted', error: 'ABORTED', begunAt: now, sentAt: now, doneAt: now });
      return;
    }
    const key = ask.localAddress === undefined ? origin : `${origin} ${ask.localAddress}`;
    let lane = this.#lanes.get(key);
    if (lane === undefined) {
      // one more for every address at which a server came back: a few in a run
      lane = new Lane(new URL(origin), ask.localAddress, this.#options);
      this.#lanes.set(key, lane);
    }
    lane.ask(ask, onAnswer);
  }

  /** Gives up whatever is under way: each of them is answered as `aborted` first. */
  stop(): void {
    this.#stopped = true;
    for (const lane of this.#lanes.values()) lane.stop();
  }
}

/** All connections to one server from one address. */
class Lane {
  readonly #url: URL;
  readonly #localAddress: string | undefined;
  readonly #options: HttpClientOptions;
  /** The last used is used first: the others grow old, and close. */
  readonly #idle: HttpConnection[] = [];
  /** In the order of their deadlines, which are all equally far from their beginning. */
  readonly #busy = new Set<HttpConnection>();
  readonly #queue: ReadyRequest[] = [];
  readonly #sweep: NodeJS.Timeout;
  #stopped = false;

  constructor(url: URL, localAddress: string | undefined, options: HttpClientOptions) {
    this.#url = url;
    this.#localAddress = localAddress;
    this.#options = options;
    this.#sweep = setInterval(() => this.#timeOut(performance.now()), sweepEveryMs);
    this.#sweep.unref();
  }

  ask(ask: HttpAsk, onAnswer: (answer: HttpAnswer) => void): void {
    const waiting = { text: this.#textOf(ask), onAnswer, dueAt: performance.now() + this.#options.timeoutMs };
    if (this.#busy.size >= this.#options.connections) this.#queue.push(waiting);
    else this.#begin(waiting);
  }

  stop(): void {
    this.#stopped = true;
    clearInterval(this.#sweep);
    for (const waiting of this.#queue.splice(0)) fail(waiting, 'aborted', 'ABORTED');
    for (const connection of [...this.#busy]) connection.giveUp('aborted', 'ABORTED');
    for (const connection of this.#idle.splice(0)) connection.close();
  }

  #textOf({ method, path, headers = '', body }: HttpAsk): string {
    const length = body === undefined ? '' : `content-length: ${Buffer.byteLength(body)}\r\n`;
    return `${method} ${path} HTTP/1.1\r\nhost: ${this.#url.host}\r\n${headers}${length}\r\n${body ?? ''}`;
  }

  #begin(waiting: ReadyRequest): void {
    const connection = this.#takeIdle() ?? new HttpConnection(this.#url, this.#localAddress, this.#free);
    this.#busy.add(connection);
    connection.begin(waiting);
  }

  #takeIdle(): HttpConnection | undefined {
    const now = performance.now();
    for (;;) {
      const connection = this.#idle.pop();
      if (connection === undefined || connection.isUsableAt(now)) return connection;
      connection.close();
    }
  }

  /** A connection has answered: it is free, or gone. */
  readonly #free = (connection: HttpConnection, reusable: boolean): void => {
    this.#busy.delete(connection);
    if (reusable && !this.#stopped) this.#idle.push(connection);
    else connection.close();
    const next = this.#queue.shift();
    if (next !== undefined) this.#begin(next);
  };

  #timeOut(now: number): void {
    for (const connection of this.#busy) {
      if (connection.dueAt > now) break;
      connection.giveUp('timeout', 'TIMEOUT');
    }
    while (this.#queue[0] !== undefined && this.#queue[0].dueAt <= now) {
      const late = this.#queue.shift();
      if (late !== undefined) fail(late, 'timeout', 'TIMEOUT');
    }
    // the oldest stand in front
    while (this.#idle[0] !== undefined && !this.#idle[0].isUsableAt(now)) this.#idle.shift()?.close();
  }
}

function fail({ onAnswer }: ReadyRequest, kind: 'timeout' | 'aborted', error: string): void {
  const now = performance.now();
  onAnswer({ kind, error, begunAt: now, sentAt: now, doneAt: now });
}
