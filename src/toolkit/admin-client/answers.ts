import { type Static, Type } from 'typebox';

/** What the commands read of the server's answers. Fields beyond these are let through to `--json` unread. */

const countOrNull = Type.Union([Type.Integer(), Type.Null()]);
const textOrNull = Type.Union([Type.String(), Type.Null()]);

export const saleAnswer = Type.Object({
  saleId: Type.String(),
  state: Type.String(),
  openness: Type.String(),
  opensAt: textOrNull,
  closesAt: textOrNull,
  confirmation: Type.String(),
  holdSeconds: Type.Integer(),
  admissionRate: Type.Union([Type.Number(), Type.Null()]),
  epoch: countOrNull,
  gate: Type.String(),
  products: Type.Array(
    Type.Object({
      productId: Type.String(),
      total: Type.Integer(),
      held: Type.Integer(),
      sold: Type.Integer(),
      free: countOrNull,
      limitPerUser: countOrNull,
      priceMinor: countOrNull,
      currency: textOrNull,
    }),
  ),
});
export type SaleAnswer = Static<typeof saleAnswer>;

export const salesAnswer = Type.Object({ sales: Type.Array(saleAnswer) });

export const stockAnswer = Type.Object({
  status: Type.String(),
  saleId: Type.String(),
  productId: Type.String(),
  total: Type.Integer(),
  free: countOrNull,
});
export type StockAnswer = Static<typeof stockAnswer>;

export const orderAnswer = Type.Object({
  orderId: Type.String(),
  saleId: Type.String(),
  state: Type.String(),
  recorded: Type.Boolean(),
  lines: Type.Array(
    Type.Object({ productId: Type.String(), quantity: Type.Integer(), unitPriceMinor: Type.Integer() }),
  ),
  currency: textOrNull,
  acceptedAt: textOrNull,
  expiresAt: textOrNull,
  history: Type.Array(Type.Object({ state: Type.String(), at: Type.String(), reason: Type.Optional(Type.String()) })),
});
export type OrderAnswer = Static<typeof orderAnswer>;

export const initAnswer = Type.Object({ status: Type.Literal('ok'), msg: Type.String() });

export const endedAnswer = Type.Object({ orderId: Type.String(), state: Type.String() });
