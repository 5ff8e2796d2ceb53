import type { ServerResponse } from 'node:http';
import type { FastifyReply } from 'fastify';
import type { Answer } from './answers/answer.ts';

/** The body as it goes out: an error's body gets the request id, which needs no escapes (see request-id.ts). */
export function bodyOf(answer: Answer, requestId: string): string {
  return answer.status < 400 ? answer.json : `${answer.json.slice(0, -1)},"requestId":"${requestId}"}`;
}

/**
 * Sends an answer past Fastify's serializers and send hooks (there are none): one header block, one write.
 * While the server leaves each answer closes its connection, which would otherwise hold the listener open.
 * All answers of the server but pages and event streams go through here, so none lacks a request id or `no-store`.
 */
export function sendAnswer(reply: FastifyReply, answer: Answer): void {
  const { id } = reply.request;
  const body = bodyOf(answer, id);
  reply.hijack();
  if (reply.server.life.closesConnections) reply.raw.shouldKeepAlive = false;
  writeAnswer(reply.raw, answer, id, body, 'application/json; charset=utf-8');
}

/** Sends text of another kind in the same manner. */
export function sendText(
  reply: FastifyReply,
  text: string,
  contentType: string,
  headers: readonly string[] = [],
  status = 200,
): void {
  reply.hijack();
  if (reply.server.life.closesConnections) reply.raw.shouldKeepAlive = false;
  writeAnswer(reply.raw, { status, headers }, reply.request.id, text, contentType);
}

function writeAnswer(
  raw: ServerResponse,
  { status, headers }: Pick<Answer, 'status' | 'headers'>,
  requestId: string,
  body: string,
  contentType: string,
): void {
  if (raw.headersSent || raw.destroyed) return;
  const bytes = Buffer.byteLength(body);
  raw.writeHead(status, [
    'content-type',
    contentType,
    'cache-control',
    'no-store',
    'x-request-id',
    requestId,
    'content-length',
    String(bytes),
    ...headers,
  ]);
  // Pure ASCII goes out as Latin-1: the same bytes, and Node writes them at half the cost.
  raw.end(body, bytes === body.length ? 'latin1' : 'utf8');
}
