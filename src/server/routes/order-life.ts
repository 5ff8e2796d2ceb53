import { Type } from '@fastify/type-provider-typebox';
import type { OrderId } from '../../engine/domain/ids.ts';
import { endAnswer, statusOutcomeAnswer } from '../answers/order-answers.ts';
import type { RouteContext, TypedFastify } from '../route-context.ts';
import {
  adminOnly,
  adminSecurity,
  badBody,
  badRequest,
  conflict,
  described,
  notFound,
  notNow,
  tooFast,
} from '../schemas/answers.ts';
import { orderState } from '../schemas/fields.ts';
import { orderEnded, orderParams, orderStatus } from '../schemas/order.ts';
import { sendAnswer } from '../send-answer.ts';

const forbidden = { orderId: Type.String(), state: orderState };

const statusSchema = {
  operationId: 'orderStatus',
  summary: 'What became of an order',
  tags: ['buyers'],
  params: orderParams,
  response: {
    200: described('The order', orderStatus),
    ...badRequest,
    ...notFound('Unknown order'),
    ...tooFast,
    ...notNow,
  },
};
const cancelSchema = {
  operationId: 'cancelOrder',
  summary: 'Cancel an order. Repeatable',
  tags: ['buyers'],
  params: orderParams,
  response: {
    200: described('Cancelled', orderEnded),
    ...badBody,
    ...notFound('Unknown order'),
    ...conflict('The state forbids it', forbidden),
    ...tooFast,
    ...notNow,
  },
};
const confirmSchema = {
  operationId: 'confirmOrder',
  summary: 'Confirm an order of a sale with explicit confirmation. Repeatable',
  tags: ['operators'],
  security: adminSecurity,
  params: orderParams,
  response: {
    200: described('Confirmed', orderEnded),
    ...badBody,
    ...adminOnly,
    ...notFound('Unknown order'),
    ...conflict('Too late, or the state forbids it', forbidden),
    ...notNow,
  },
};

/** Status, cancellation and confirmation of one order. */
export function orderLifeRoutes(app: TypedFastify, context: RouteContext): void {
  const { engine, desk, limits, metrics } = context;
  const statusMeter = metrics.meter('GET /status/:orderId');
  const cancelMeter = metrics.meter('POST /cancel/:orderId');
  const confirmMeter = metrics.meter('POST /confirm/:orderId');

  app.get('/status/:orderId', { schema: statusSchema }, (request, reply) => {
    const tooFastAnswer = limits.address(request);
    if (tooFastAnswer !== null) return sendAnswer(reply, tooFastAnswer);
    // The schema's pattern is parseOrderId's, here and below.
    const orderId = request.params.orderId as OrderId;
    desk.answer(reply, statusMeter, engine.orderStatus(orderId), statusOutcomeAnswer, undefined);
  });
  app.post('/cancel/:orderId', { schema: cancelSchema }, (request, reply) => {
    const tooFastAnswer = limits.address(request);
    if (tooFastAnswer !== null) return sendAnswer(reply, tooFastAnswer);
    const orderId = request.params.orderId as OrderId;
    desk.answer(reply, cancelMeter, engine.cancelOrder(orderId), endAnswer, undefined);
  });
  app.post('/confirm/:orderId', { schema: confirmSchema, onRequest: context.adminOnly }, (request, reply) => {
    const orderId = request.params.orderId as OrderId;
    desk.answer(reply, confirmMeter, engine.confirmOrder(orderId), endAnswer, undefined);
  });
}
