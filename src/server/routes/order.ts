import { type Static, Type } from '@fastify/type-provider-typebox';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { parseIdempotencyKey, parseProductId, parseUserId, type SaleId } from '../../engine/domain/ids.ts';
import { canonicalLines, type OrderLine, orderLimits } from '../../engine/domain/order.ts';
import { type Answer, badProductId, errorAnswer } from '../answers/answer.ts';
import { invalidKeyAnswer, missingKeyAnswer, placeAnswer } from '../answers/place-answer.ts';
import type { RouteContext, TypedFastify } from '../route-context.ts';
import { badBody, conflict, described, errorSchema, notFound, notNow, tooFast } from '../schemas/answers.ts';
import { orderAccepted, orderBody, orderHeaders } from '../schemas/order.ts';
import { sendAnswer } from '../send-answer.ts';

type OrderBody = Static<typeof orderBody>;

const linesOrProduct = errorAnswer(400, 'invalid_request', 'body must have either productId or lines');
const quantityWithLines = errorAnswer(
  400,
  'invalid_request',
  'body/quantity belongs to productId: lines have their own',
);
const badUserId = errorAnswer(
  400,
  'invalid_request',
  'body/userId must be well-formed text without control characters, not longer than the schema says',
);
const tooManyUnits = errorAnswer(
  400,
  'invalid_request',
  `body/lines must not add up to more than ${orderLimits.quantity} units of one product`,
);

/** The lines of a body, or the refusal of it. */
function linesOf({ productId, quantity, lines }: OrderBody): readonly OrderLine[] | Answer {
  if ((productId === undefined) === (lines === undefined)) return linesOrProduct;
  if (productId !== undefined) {
    const parsed = parseProductId(productId);
    return parsed === undefined ? badProductId : [{ productId: parsed, quantity: quantity ?? 1 }];
  }
  if (quantity !== undefined) return quantityWithLines;
  const parsed: OrderLine[] = [];
  for (const line of lines ?? []) {
    const id = parseProductId(line.productId);
    if (id === undefined) return badProductId;
    parsed.push({ productId: id, quantity: line.quantity });
  }
  // The bound is that of the record's lines, which are canonical: each line alone may keep it and their sum not.
  if (canonicalLines(parsed).some(({ quantity: sum }) => sum > orderLimits.quantity)) return tooManyUnits;
  return parsed;
}

const schema = {
  operationId: 'placeOrder',
  summary: 'Place an order',
  tags: ['buyers'],
  headers: orderHeaders,
  body: orderBody,
  response: {
    200: described('Accepted: durable. Or the same key again: the first order', orderAccepted, {
      'idempotency-replayed': { type: 'string', enum: ['true'], description: 'With a duplicate' },
    }),
    302: described(
      "Over the sale's admission rate: to the waiting room",
      Type.Object({
        status: Type.Literal('waiting_room'),
        msg: Type.String(),
        saleId: Type.String(),
        location: Type.String(),
      }),
      { location: { type: 'string' } },
    ),
    ...badBody,
    403: described(
      'The queue pass is not good',
      errorSchema({ status: Type.Literal('pass_refused'), msg: Type.String(), why: Type.String() }),
    ),
    ...notFound('Unknown product or sale'),
    ...conflict('Sold out, limit reached, or the sale is not open, paused or over', {
      opensAt: Type.Optional(Type.Union([Type.String({ format: 'date-time' }), Type.Null()])),
      productId: Type.Optional(Type.String()),
      limitPerUser: Type.Optional(Type.Integer()),
    }),
    422: described(
      'The key belongs to an order with another body',
      errorSchema({ status: Type.Literal('key_reused'), msg: Type.String() }),
    ),
    ...tooFast,
    ...notNow,
  },
};

/** POST /order: the hot path. What can be decided without the engine is answered at once, the rest at the desk. */
export function orderRoute(app: TypedFastify, { engine, desk, limits, metrics }: RouteContext): void {
  const meter = metrics.meter('POST /order');
  const refuse = (reply: FastifyReply, answer: Answer): void => {
    meter.record(answer.outcome, 0);
    sendAnswer(reply, answer);
  };

  app.post('/order', { schema }, (request, reply) => {
    const key = headerOf(request, 'x-idempotency-key');
    if (key === undefined || key === '') return refuse(reply, missingKeyAnswer);
    const idempotencyKey = parseIdempotencyKey(key);
    if (idempotencyKey === undefined) return refuse(reply, invalidKeyAnswer);
    const { body } = request;
    const userId = parseUserId(body.userId);
    if (userId === undefined) return refuse(reply, badUserId);
    const lines = linesOf(body);
    if ('status' in lines) return refuse(reply, lines);
    const tooFastAnswer = limits.address(request) ?? limits.user(userId);
    if (tooFastAnswer !== null) return refuse(reply, tooFastAnswer);
    const order = {
      // The schema's pattern is parseSaleId's.
      saleId: (body.saleId ?? null) as SaleId | null,
      userId,
      key: idempotencyKey,
      lines,
      pass: headerOf(request, 'x-queue-pass') ?? null,
    };
    desk.answer(reply, meter, engine.placeOrder(order), placeAnswer, order);
  });
}

/** A header as one text; Node joins repeated ones with a comma, which no key or pass contains by accident. */
function headerOf(request: FastifyRequest, name: string): string | undefined {
  const value: unknown = request.raw.headers[name];
  return typeof value === 'string' ? value : undefined;
}
