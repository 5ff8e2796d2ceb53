import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { requestErrorAnswer, routeNotFound, socketErrorAnswer, thrownAnswer } from '../answers/fault-answer.ts';
import type { AnswerMetrics } from '../metrics/answer-metrics.ts';
import { bodyOf, sendAnswer } from '../send-answer.ts';

/** Gives every error the one shape of http.md, whoever found it: Fastify, a schema, a handler or the router. */
export function installErrorShape(app: FastifyInstance, metrics: AnswerMetrics, log: Logger): void {
  const meter = metrics.meter('refused before the route');
  app.setErrorHandler((error, request, reply) => {
    const refusal = requestErrorAnswer(error);
    const answer = refusal ?? thrownAnswer(error);
    if (refusal === null) log.error({ requestId: request.id, err: error, status: answer.status }, 'a request failed');
    meter.record(answer.outcome, 0);
    sendAnswer(reply, answer);
  });
  app.setNotFoundHandler((_request, reply) => {
    meter.record(routeNotFound.outcome, 0);
    sendAnswer(reply, routeNotFound);
  });
}

/** Answers what is no request at all (or never became one) in the same shape, then closes the connection. */
export function answerSocketError(error: NodeJS.ErrnoException, socket: Socket, requestId: string): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const answer = socketErrorAnswer(error.code);
  const body = bodyOf(answer, requestId);
  socket.end(
    `HTTP/1.1 ${answer.status} Refused\r\ncontent-type: application/json; charset=utf-8\r\ncache-control: no-store\r\n` +
      `x-request-id: ${requestId}\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
  );
}
