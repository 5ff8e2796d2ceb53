import { Type } from '@fastify/type-provider-typebox';
import { idempotencyKeyPattern, idLimits } from '../../engine/domain/ids.ts';
import { orderLimits } from '../../engine/domain/order.ts';
import {
  currency,
  instant,
  instantOrNull,
  orderId,
  orderQuantity,
  orderState,
  productId,
  saleId,
  units,
  userId,
} from './fields.ts';

const closed = { additionalProperties: false } as const;

export const orderLine = Type.Object({ productId, quantity: orderQuantity }, closed);

/** One product, or lines: never both. The handler says so in words, which `oneOf` could not. */
export const orderBody = Type.Object(
  {
    saleId: Type.Optional(saleId),
    userId,
    productId: Type.Optional(productId),
    quantity: Type.Optional(orderQuantity),
    lines: Type.Optional(Type.Array(orderLine, { minItems: 1, maxItems: orderLimits.lines })),
  },
  { ...closed, description: 'Either productId (and quantity, 1 if left out) or lines. All lines or none are sold' },
);

export const orderHeaders = Type.Object({
  'x-idempotency-key': Type.String({
    minLength: 1,
    maxLength: idLimits.idempotencyKey,
    pattern: idempotencyKeyPattern.source,
    description: 'One key is one order, whatever is retried',
  }),
  'x-queue-pass': Type.Optional(Type.String({ maxLength: 2_048, description: 'A pass from the waiting room' })),
});

export const orderAccepted = Type.Object({
  status: Type.Enum(['success', 'ignored']),
  msg: Type.Enum(['Order accepted', 'Duplicate request']),
  orderId,
});

export const orderParams = Type.Object({ orderId });
export const orderEnded = Type.Object({ orderId, state: orderState });

export const orderStatus = Type.Object({
  orderId,
  saleId,
  state: orderState,
  recorded: Type.Boolean({ description: 'False: only the gate knows it yet; lines and times follow' }),
  lines: Type.Array(Type.Object({ productId, quantity: units, unitPriceMinor: Type.Integer() })),
  currency: Type.Union([currency, Type.Null()]),
  acceptedAt: instantOrNull,
  expiresAt: instantOrNull,
  history: Type.Array(Type.Object({ state: orderState, at: instant, reason: Type.Optional(Type.String()) })),
});
