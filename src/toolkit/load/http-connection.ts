import { connect as connectPlain, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { HttpAnswerParser, headerOf, type ParsedAnswer } from './http-answer-parser.ts';

/** What an ask came to. Times are `performance.now()`. */
export type HttpAnswer = {
  /** When it was its turn to have a connection; the time it was given up where it never was. */
  readonly begunAt: number;
  /** When the request was put on a connection; the time it was given up where it never was. */
  readonly sentAt: number;
  readonly doneAt: number;
} & (
  | ({ readonly kind: 'answer' } & ParsedAnswer)
  | { readonly kind: 'timeout' | 'connection_error' | 'aborted'; readonly error: string }
);

/** A request that is ready to be sent. */
export interface ReadyRequest {
  /** Head and body. */
  readonly text: string;
  /** `performance.now()` by which its answer has to be complete. */
  readonly dueAt: number;
  readonly onAnswer: (answer: HttpAnswer) => void;
}

/** Without a word of the server (`keep-alive: timeout=`): what most servers wait before they close an idle connection. */
const defaultIdleMs = 5_000;
/** An idle connection is left alone that long before the server would close it: its last byte may be under way. */
const idleMarginMs = 1_000;
/** Shared by all connections: each reading is used up before the next begins. */
const readBuffer = Buffer.allocUnsafeSlow(64 * 1024);

/** One connection to one server, with one request under way at a time. */
export class HttpConnection {
  readonly #socket: Socket;
  readonly #parser: HttpAnswerParser;
  readonly #onFree: (connection: HttpConnection, reusable: boolean) => void;
  #request: ReadyRequest | null = null;
  #begunAt = 0;
  #sentAt: number | null = null;
  #connected = false;
  #idleMs: number | null = null;
  #idleUntil = 0;
  #error = 'ECONNRESET';

  /** `onFree` is called whenever a request is over, before its answer is told. */
  constructor(
    url: URL,
    localAddress: string | undefined,
    onFree: (connection: HttpConnection, reusable: boolean) => void,
  ) {
    this.#onFree = onFree;
    this.#parser = new HttpAnswerParser((answer) => this.#answered(answer));
    this.#socket = openSocket(url, localAddress, (bytes) => this.#read(bytes));
    this.#socket.on(url.protocol === 'https:' ? 'secureConnect' : 'connect', () => {
      this.#connected = true;
      this.#sentAt = performance.now();
    });
    this.#socket.on('error', (error) => {
      this.#error = 'code' in error && typeof error.code === 'string' ? error.code : error.message;
    });
    this.#socket.on('end', () => this.#parser.end());
    this.#socket.on('close', () => this.giveUp('connection_error', this.#error));
  }

  /** When the request under way has to be answered. */
  get dueAt(): number {
    return this.#request?.dueAt ?? Number.POSITIVE_INFINITY;
  }

  isUsableAt(now: number): boolean {
    return now < this.#idleUntil && this.#socket.writable;
  }

  begin(request: ReadyRequest): void {
    this.#request = request;
    this.#begunAt = performance.now();
    this.#sentAt = this.#connected ? this.#begunAt : null;
    // a text of ASCII alone is as many bytes as characters, and the quicker write
    const encoding = Buffer.byteLength(request.text) === request.text.length ? 'latin1' : 'utf8';
    this.#socket.write(request.text, encoding);
  }

  /** Ends the request under way without an answer, and the connection with it: nobody could tell whose the next answer is. */
  giveUp(kind: 'timeout' | 'connection_error' | 'aborted', error: string): void {
    this.close();
    const request = this.#request;
    if (request === null) return;
    this.#request = null;
    const doneAt = performance.now();
    this.#onFree(this, false);
    request.onAnswer({ kind, error, begunAt: this.#begunAt, sentAt: this.#sentAt ?? doneAt, doneAt });
  }

  close(): void {
    this.#idleUntil = 0;
    this.#socket.destroy();
  }

  #read(bytes: Buffer): void {
    try {
      this.#parser.feed(bytes);
    } catch {
      this.giveUp('connection_error', 'NO_HTTP_ANSWER');
    }
  }

  #answered(answer: ParsedAnswer): void {
    const request = this.#request;
    if (request === null) {
      // an answer that nobody asked for
      this.close();
      return;
    }
    this.#request = null;
    const doneAt = performance.now();
    this.#idleMs ??= idleMsOf(answer.head);
    this.#idleUntil = doneAt + this.#idleMs;
    this.#onFree(this, answer.keepAlive);
    const begunAt = this.#begunAt;
    request.onAnswer({ kind: 'answer', ...answer, begunAt, sentAt: this.#sentAt ?? doneAt, doneAt });
  }
}

function idleMsOf(head: string): number {
  const seconds = /(?:^|[ ,])timeout=(\d{1,6})/.exec(headerOf(head, 'keep-alive') ?? '')?.[1];
  return Math.max(0, (seconds === undefined ? defaultIdleMs : Number(seconds) * 1_000) - idleMarginMs);
}

function openSocket(url: URL, localAddress: string | undefined, onBytes: (bytes: Buffer) => void): Socket {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const from = localAddress === undefined ? {} : { localAddress };
  if (url.protocol === 'https:') {
    // no server name for an address (RFC 6066, section 3)
    const name = /^[\d.]+$|:/.test(host) ? {} : { servername: host };
    const socket = connectTls({ host, port: Number(url.port || 443), ...name, ...from });
    socket.setNoDelay(true);
    return socket.on('data', onBytes);
  }
  const callback = (read: number): boolean => {
    onBytes(readBuffer.subarray(0, read));
    return true;
  };
  const onread = { buffer: readBuffer, callback };
  return connectPlain({ host, port: Number(url.port || 80), noDelay: true, ...from, onread });
}
