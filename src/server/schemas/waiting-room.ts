import { Type } from '@fastify/type-provider-typebox';
import { opennessFields } from './answers.ts';
import { instant, productId, saleId, userId } from './fields.ts';

const closed = { additionalProperties: false } as const;
/** Tickets and passes are some 300 characters. */
const ticketText = Type.String({ minLength: 1, maxLength: 1_024 });

export const ticketBody = Type.Object({ saleId, userId }, closed);
export const ticketParams = Type.Object({ ticket: ticketText });

const waiting = Type.Object({
  status: Type.Literal('waiting'),
  ticket: Type.String(),
  saleId,
  position: Type.Integer({ description: 'The buyer included: 1 is next' }),
  etaSeconds: Type.Union([Type.Object({ low: Type.Number(), high: Type.Number() }), Type.Null()]),
  stockLeft: Type.Integer(),
  ...opennessFields,
  pollAfterMs: Type.Number(),
});
const admitted = Type.Object({
  status: Type.Literal('admitted'),
  ticket: Type.String(),
  saleId,
  pass: Type.String({ description: 'For x-queue-pass: admits one order' }),
  passExpiresAt: instant,
  stockLeft: Type.Integer(),
  ...opennessFields,
});
export const ticketRead = Type.Union([waiting, admitted]);

/** The page's address. Everything is optional: the page asks for what is missing. */
export const pageQuery = Type.Object({
  saleId: Type.Optional(saleId),
  userId: Type.Optional(userId),
  productId: Type.Optional(productId),
  quantity: Type.Optional(
    Type.String({ pattern: '^[1-9][0-9]{0,5}$', description: 'Units to order when it is your turn' }),
  ),
  ticket: Type.Optional(ticketText),
  join: Type.Optional(Type.Literal('1', { description: 'Take a ticket and go on with it' })),
  part: Type.Optional(Type.Literal('room', { description: 'Only what changes, for the page to refresh itself' })),
});
