import { Type } from '@fastify/type-provider-typebox';
import { parseOrderId } from '../../engine/domain/ids.ts';
import { overloadedAnswer } from '../answers/answer.ts';
import type { EventHub } from '../events/event-hub.ts';
import type { RouteContext, TypedFastify } from '../route-context.ts';
import { badRequest, notNow, tooFast } from '../schemas/answers.ts';
import { orderId } from '../schemas/fields.ts';
import { sendAnswer } from '../send-answer.ts';

const schema = {
  operationId: 'events',
  summary: 'Stock and sale state as they change (server-sent events)',
  description:
    'Events: `stock` {saleId, productId, total, free}, `sale` {saleId, openness, gate}, and with orderId `order` {orderId, state}. ' +
    'A comment every 15 s. Resumes by Last-Event-ID; whoever was away too long gets what is now. An order’s present state comes first, then each later one, within half a second of its change.',
  tags: ['buyers'],
  headers: Type.Object({ 'last-event-id': Type.Optional(Type.String()) }),
  querystring: Type.Object({ orderId: Type.Optional(orderId) }, { additionalProperties: false }),
  response: {
    200: {
      description: 'The stream',
      content: { 'text/event-stream': { schema: { type: 'string' } } },
    },
    ...badRequest,
    ...tooFast,
    ...notNow,
  },
};

/** GET /events. */
export function eventRoute(app: TypedFastify, { limits }: RouteContext, hub: EventHub): void {
  app.get('/events', { schema }, (request, reply) => {
    const tooFastAnswer = limits.address(request);
    if (tooFastAnswer !== null) return sendAnswer(reply, tooFastAnswer);
    if (!hub.hasRoom) return sendAnswer(reply, overloadedAnswer);
    const { orderId: order } = request.query;
    const lastEventId = request.raw.headers['last-event-id'];
    reply.hijack();
    reply.raw.writeHead(200, [
      'content-type',
      'text/event-stream; charset=utf-8',
      'cache-control',
      'no-store',
      'x-request-id',
      request.id,
      // nginx would hold the stream back
      'x-accel-buffering',
      'no',
    ]);
    hub.join(
      reply.raw,
      order === undefined ? null : (parseOrderId(order) ?? null),
      typeof lastEventId === 'string' ? lastEventId : undefined,
    );
  });
}
