import { Type } from '@fastify/type-provider-typebox';
import { confirmations, saleLimits } from '../../engine/domain/sale.ts';
import {
  currency,
  gateState,
  instantOrNull,
  limitPerUser,
  openness,
  priceMinor,
  productId,
  saleId,
  saleState,
  stockQuantity,
  units,
  unitsOrNull,
} from './fields.ts';

const closed = { additionalProperties: false } as const;

export const initBody = Type.Object(
  {
    productId,
    quantity: stockQuantity,
    limitPerUser: Type.Optional(limitPerUser),
    price: Type.Optional(priceMinor),
    currency: Type.Optional(currency),
    saleId: Type.Optional(saleId),
  },
  closed,
);
export const initialized = Type.Object({
  status: Type.Literal('ok'),
  msg: Type.String(),
  saleId,
  productId,
  total: units,
  free: units,
});

export const productParams = Type.Object({ productId });
export const saleQuery = Type.Object({ saleId: Type.Optional(saleId) }, closed);
export const inventory = Type.Object({
  productId,
  saleId,
  total: units,
  free: Type.Integer({ description: 'At the gate' }),
  held: Type.Integer({ description: 'In the ledger; total - free - held - sold is on its way there' }),
  sold: units,
  epoch: units,
});

const changeable = {
  state: Type.Optional(saleState),
  opensAt: Type.Optional(instantOrNull),
  closesAt: Type.Optional(instantOrNull),
  confirmation: Type.Optional(Type.Enum([...confirmations])),
  holdSeconds: Type.Optional(
    Type.Integer({ minimum: saleLimits.holdSeconds.min, maximum: saleLimits.holdSeconds.max }),
  ),
  admissionRate: Type.Optional(
    Type.Union([Type.Number({ exclusiveMinimum: 0, maximum: saleLimits.admissionRate }), Type.Null()]),
  ),
  products: Type.Optional(
    Type.Array(
      Type.Object(
        {
          productId,
          limitPerUser: Type.Optional(limitPerUser),
          priceMinor: Type.Optional(priceMinor),
          currency: Type.Optional(currency),
        },
        closed,
      ),
      { maxItems: saleLimits.products },
    ),
  ),
};

export const saleParams = Type.Object({ saleId });
export const newSaleBody = Type.Object({ saleId, ...changeable }, closed);
export const saleChangeBody = Type.Object(changeable, { ...closed, minProperties: 1 });

export const sale = Type.Object({
  saleId,
  version: units,
  state: saleState,
  openness,
  opensAt: instantOrNull,
  closesAt: instantOrNull,
  confirmation: Type.Enum([...confirmations]),
  holdSeconds: units,
  admissionRate: Type.Union([Type.Number(), Type.Null()]),
  epoch: unitsOrNull,
  gate: gateState,
  products: Type.Array(
    Type.Object({
      productId,
      total: units,
      held: units,
      sold: units,
      free: unitsOrNull,
      limitPerUser,
      priceMinor: Type.Union([Type.Integer(), Type.Null()]),
      currency: Type.Union([currency, Type.Null()]),
    }),
  ),
});
export const sales = Type.Object({ sales: Type.Array(sale) });

/** One of `by` and `to`: the handler says so in words. */
export const stockBody = Type.Object(
  {
    productId,
    by: Type.Optional(Type.Integer({ minimum: -saleLimits.quantity, maximum: saleLimits.quantity })),
    to: Type.Optional(stockQuantity),
  },
  { ...closed, description: 'Changes the total by so many units, or to so many' },
);
export const stockChanged = Type.Object({
  status: Type.Enum(['ok', 'pending']),
  saleId,
  productId,
  total: units,
  free: unitsOrNull,
});
