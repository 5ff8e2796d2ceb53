import { connect as connectPlain, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { PlannedOrder } from './buyer-plan.ts';
import type { OrderAnswer } from './order-client.ts';
import { outcomeOfAnswer } from './outcome-of-answer.ts';
import { parseRetryAfter } from './retry-rules.ts';

/** How a slow request ended. `cut_off`: the server did not wait for its last byte. */
export type SlowEnd =
  | { readonly kind: 'cut_off' | 'not_connected' | 'aborted' }
  /** All of it was sent; `answer.sentAt` is the moment of the last byte. */
  | { readonly kind: 'sent'; readonly answer: OrderAnswer };

/** Sends orders as slowloris does: a whole request, a byte at a time, over a connection of its own. */
export interface SlowClient {
  send(order: PlannedOrder, onEnd: (end: SlowEnd) => void): void;
  stop(): void;
}

/** An answer of ours is under 2 KB. */
const maxAnswerChars = 16 * 1_024;

export function slowClient(options: {
  readonly target: () => string;
  readonly saleId: string;
  /** From the first byte to the last. */
  readonly forMs: number;
  /** After the last byte. */
  readonly requestTimeoutMs: number;
}): SlowClient {
  const sockets = new Set<Socket>();
  let stopping = false;
  return {
    send(order, onEnd) {
      const url = new URL(options.target());
      const bytes = requestBytes(order, options.saleId, url.host);
      const socket = openSocket(url);
      sockets.add(socket);
      let sent = 0;
      let connected = false;
      let lastByteAt: number | null = null;
      let heard = '';
      const dribble = setInterval(() => {
        if (!connected || sent >= bytes.length) return;
        socket.write(bytes.subarray(sent, sent + 1));
        sent += 1;
        if (sent < bytes.length) return;
        lastByteAt = performance.now();
        socket.setTimeout(options.requestTimeoutMs, () => socket.destroy());
      }, options.forMs / bytes.length);
      socket.setNoDelay(true);
      socket.on(url.protocol === 'https:' ? 'secureConnect' : 'connect', () => {
        connected = true;
      });
      socket.on('data', (chunk) => {
        if (heard.length < maxAnswerChars) heard += chunk.toString('utf8');
      });
      // whatever went wrong, `close` follows and tells it
      socket.on('error', () => undefined);
      socket.on('end', () => socket.destroy());
      socket.on('close', () => {
        clearInterval(dribble);
        sockets.delete(socket);
        if (lastByteAt !== null) onEnd({ kind: 'sent', answer: answerOf(heard, lastByteAt, stopping) });
        else if (stopping) onEnd({ kind: 'aborted' });
        else onEnd({ kind: connected ? 'cut_off' : 'not_connected' });
      });
    },
    stop() {
      stopping = true;
      for (const socket of sockets) socket.destroy();
    },
  };
}

function openSocket(url: URL): Socket {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (url.protocol !== 'https:') return connectPlain({ host, port: Number(url.port || 80) });
  return connectTls({ host, port: Number(url.port || 443), servername: host });
}

function requestBytes(order: PlannedOrder, saleId: string, host: string): Buffer {
  const body = JSON.stringify({ saleId, userId: order.userId, lines: order.lines });
  const head = [
    'POST /order HTTP/1.1',
    `host: ${host}`,
    'content-type: application/json',
    `content-length: ${Buffer.byteLength(body)}`,
    `x-idempotency-key: ${order.key}`,
    ...(order.address === undefined ? [] : [`x-forwarded-for: ${order.address}`]),
    'connection: close',
  ];
  return Buffer.from(`${head.join('\r\n')}\r\n\r\n${body}`);
}

/** The server closes after its answer, so all of it is here; an answer without its end is none. */
function answerOf(heard: string, sentAt: number, stopping: boolean): OrderAnswer {
  const doneAt = performance.now();
  const split = heard.indexOf('\r\n\r\n');
  const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(heard)?.[1] ?? 0);
  if (split < 0 || status === 0) {
    const outcome = stopping ? 'aborted' : 'connection_error';
    return { outcome, error: 'closed without an answer', status: null, retryAfterSeconds: null, sentAt, doneAt };
  }
  const retryAfter = /^retry-after: *(\d+)\r?$/im.exec(heard.slice(0, split))?.[1];
  return {
    ...outcomeOfAnswer(status, heard.slice(split + 4)),
    ...{ status, retryAfterSeconds: parseRetryAfter(retryAfter), sentAt, doneAt },
  };
}
