import { defaultSaleId, parseProductId, type SaleId } from '../../engine/domain/ids.ts';
import type { InitStock } from '../../engine/engine.ts';
import { badProductId, errorAnswer } from '../answers/answer.ts';
import { initAnswer, inventoryAnswer, stockAnswer } from '../answers/stock-answers.ts';
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
  tooFast,
} from '../schemas/answers.ts';
import {
  initBody,
  initialized,
  inventory,
  productParams,
  saleParams,
  saleQuery,
  stockBody,
  stockChanged,
} from '../schemas/sale.ts';
import { sendAnswer } from '../send-answer.ts';

const byOrTo = errorAnswer(400, 'invalid_request', 'body must have either by or to');

const initSchema = {
  operationId: 'initStock',
  summary: 'Make the free stock of a product exactly so many units',
  description: 'Creates and opens the sale `default` if need be. Fields left out keep their values.',
  tags: ['operators'],
  security: adminSecurity,
  body: initBody,
  response: {
    200: described('Done', initialized),
    ...badBody,
    ...adminOnly,
    ...conflict('The stock or the sale does not allow it'),
    ...notNow,
  },
};
const inventorySchema = {
  operationId: 'inventory',
  summary: 'Stock of a product',
  tags: ['buyers'],
  params: productParams,
  querystring: saleQuery,
  response: {
    200: described('Stock', inventory),
    ...badRequest,
    ...notFound('Unknown product or sale'),
    ...tooFast,
    ...notNow,
  },
};
const changeSchema = {
  operationId: 'changeStock',
  summary: 'Change the total of a product, up or down',
  tags: ['operators'],
  security: adminSecurity,
  params: saleParams,
  body: stockBody,
  response: {
    200: described('Done', stockChanged),
    202: described('Written down: the controller finishes it', stockChanged),
    ...badBody,
    ...adminOnly,
    ...notFound('Unknown product or sale'),
    ...conflict('Units are held or sold already'),
    ...notNow,
  },
};

/** Stock: what is there, and how operators change it. */
export function stockRoutes(app: TypedFastify, context: RouteContext): void {
  const { engine, desk, limits, metrics, settings } = context;
  const initMeter = metrics.meter('POST /init');
  const inventoryMeter = metrics.meter('GET /inventory/:productId');
  const changeMeter = metrics.meter('POST /sales/:saleId/stock');
  const actor = actorOf(settings);

  app.post('/init', { schema: initSchema, onRequest: context.adminOnly }, (request, reply) => {
    const { saleId, productId, quantity, limitPerUser, price, currency } = request.body;
    const parsed = parseProductId(productId);
    if (parsed === undefined) return sendAnswer(reply, badProductId);
    const asked: InitStock = {
      // The schema's pattern is parseSaleId's, here and below.
      saleId: (saleId ?? defaultSaleId) as SaleId,
      productId: parsed,
      quantity,
      ...(limitPerUser === undefined ? {} : { limitPerUser }),
      ...(price === undefined ? {} : { priceMinor: BigInt(price) }),
      ...(currency === undefined ? {} : { currency }),
    };
    desk.answer(reply, initMeter, engine.initStock(asked, actor), initAnswer, request.body);
  });

  app.get('/inventory/:productId', { schema: inventorySchema }, (request, reply) => {
    const tooFastAnswer = limits.address(request);
    if (tooFastAnswer !== null) return sendAnswer(reply, tooFastAnswer);
    const productId = parseProductId(request.params.productId);
    if (productId === undefined) return sendAnswer(reply, badProductId);
    const saleId = (request.query.saleId ?? null) as SaleId | null;
    desk.answer(reply, inventoryMeter, engine.inventory(productId, saleId), inventoryAnswer, undefined);
  });

  app.post('/sales/:saleId/stock', { schema: changeSchema, onRequest: context.adminOnly }, (request, reply) => {
    const { productId: given, by, to } = request.body;
    const productId = parseProductId(given);
    if (productId === undefined) return sendAnswer(reply, badProductId);
    if ((by === undefined) === (to === undefined)) return sendAnswer(reply, byOrTo);
    const change = to === undefined ? { by: by ?? 0 } : { to };
    const asked = { saleId: request.params.saleId as SaleId, productId, change };
    desk.answer(reply, changeMeter, engine.changeStock(asked, actor), stockAnswer, undefined);
  });
}
