import type { Static } from '@fastify/type-provider-typebox';
import { type ProductId, parseProductId, type SaleId } from '../../engine/domain/ids.ts';
import type { SaleChange } from '../../engine/domain/sale-change.ts';
import { type Instant, toInstant } from '../../engine/domain/time.ts';
import type { SaveOutcome } from '../../engine/engine.ts';
import { badProductId } from '../answers/answer.ts';
import { saleAnswer, salesAnswer, saveAnswer } from '../answers/sale-answers.ts';
import { actorOf } from '../plugins/admin-guard.ts';
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
} from '../schemas/answers.ts';
import { newSaleBody, sale, saleChangeBody, saleParams, sales } from '../schemas/sale.ts';
import { sendAnswer } from '../send-answer.ts';

const admin = { tags: ['operators'], security: adminSecurity };
const listSchema = {
  ...admin,
  operationId: 'listSales',
  summary: 'All sales',
  response: { 200: described('All sales', sales), ...adminOnly, ...notNow },
};
const showSchema = {
  ...admin,
  operationId: 'showSale',
  summary: 'One sale',
  params: saleParams,
  response: { 200: described('The sale', sale), ...badRequest, ...adminOnly, ...notFound('Unknown sale'), ...notNow },
};
const createSchema = {
  ...admin,
  operationId: 'createSale',
  summary: 'Create a sale. What is left out gets its default',
  body: newSaleBody,
  response: {
    201: described('Created', sale),
    ...badBody,
    ...adminOnly,
    ...conflict('There is one of this id, or its fields contradict each other'),
    ...notNow,
  },
};
const changeSchema = {
  ...admin,
  operationId: 'changeSale',
  summary: 'Change a sale: state, window, rate, limits, products. What is left out stays',
  params: saleParams,
  body: saleChangeBody,
  response: {
    200: described('Changed', sale),
    ...badBody,
    ...adminOnly,
    ...notFound('Unknown sale'),
    ...conflict('The sale does not allow it'),
    ...notNow,
  },
};

const instantOf = (text: string | null): Instant | null => (text === null ? null : toInstant(Date.parse(text)));

/** A body as the engine's change; null where a product id is no readable text. */
function changeOf(saleId: SaleId, body: Static<typeof saleChangeBody>): SaleChange | null {
  const { state, opensAt, closesAt, confirmation, holdSeconds, admissionRate, products } = body;
  if (products?.some(({ productId }) => parseProductId(productId) === undefined)) return null;
  return {
    saleId,
    ...(state === undefined ? {} : { state }),
    ...(opensAt === undefined ? {} : { opensAt: instantOf(opensAt) }),
    ...(closesAt === undefined ? {} : { closesAt: instantOf(closesAt) }),
    ...(confirmation === undefined ? {} : { confirmation }),
    ...(holdSeconds === undefined ? {} : { holdSeconds }),
    ...(admissionRate === undefined ? {} : { admissionRate }),
    ...(products === undefined
      ? {}
      : {
          products: products.map(({ productId, limitPerUser, priceMinor, currency }) => ({
            productId: productId as ProductId, // parsed above
            ...(limitPerUser === undefined ? {} : { limitPerUser }),
            ...(priceMinor === undefined ? {} : { priceMinor: BigInt(priceMinor) }),
            ...(currency === undefined ? {} : { currency }),
          })),
        }),
  };
}

const created = (outcome: SaveOutcome) => saveAnswer(outcome, 201);
const changed = (outcome: SaveOutcome) => saveAnswer(outcome, 200);

/** Sales, for operators. */
export function saleRoutes(app: TypedFastify, context: RouteContext): void {
  const { engine, desk, metrics, settings } = context;
  const onRequest = context.adminOnly;
  const listMeter = metrics.meter('GET /sales');
  const showMeter = metrics.meter('GET /sales/:saleId');
  const createMeter = metrics.meter('POST /sales');
  const changeMeter = metrics.meter('PATCH /sales/:saleId');
  const actor = actorOf(settings);

  app.get('/sales', { schema: listSchema, onRequest }, (_request, reply) => {
    desk.answer(reply, listMeter, engine.sales(), salesAnswer, undefined);
  });
  app.get('/sales/:saleId', { schema: showSchema, onRequest }, (request, reply) => {
    // The schema's pattern is parseSaleId's, here and below.
    desk.answer(reply, showMeter, engine.sale(request.params.saleId as SaleId), saleAnswer, undefined);
  });
  app.post('/sales', { schema: createSchema, onRequest }, (request, reply) => {
    const { saleId, ...body } = request.body;
    const change = changeOf(saleId as SaleId, body);
    if (change === null) return sendAnswer(reply, badProductId);
    desk.answer(reply, createMeter, engine.createSale(change, actor), created, undefined);
  });
  app.patch('/sales/:saleId', { schema: changeSchema, onRequest }, (request, reply) => {
    const change = changeOf(request.params.saleId as SaleId, request.body);
    if (change === null) return sendAnswer(reply, badProductId);
    desk.answer(reply, changeMeter, engine.changeSale(change, actor), changed, undefined);
  });
}
