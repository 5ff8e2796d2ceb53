import { type TSchema, Type } from '@fastify/type-provider-typebox';
import { httpCodes } from '../answers/http-codes.ts';
import { openness } from './fields.ts';

/** Headers that every answer carries, in OpenAPI's words. */
const everyHeader = {
  'x-request-id': { type: 'string', description: "The caller's, or one made here" },
  'cache-control': { type: 'string', enum: ['no-store'] },
};
const retryHeader = { 'retry-after': { type: 'string', pattern: '^[0-9]+$', description: 'Seconds' } };

/** All codes, once; answers refer to it. */
export const errorCode = Type.Enum([...httpCodes], { $id: 'ErrorCode', description: 'For programs: stable' });

/** An error in the one shape, with further fields where an answer has them. */
export function errorSchema(fields: Record<string, TSchema> = {}) {
  return Type.Object({
    ...fields,
    error: Type.String({ description: 'For people' }),
    code: Type.Unsafe({ $ref: 'ErrorCode#' }),
    requestId: Type.String(),
  });
}

const legacy = { status: Type.Optional(Type.String()), msg: Type.Optional(Type.String()) };
const saleIds = Type.Optional(
  Type.Array(Type.String(), { description: 'With sale_ambiguous: where the product stands' }),
);

/** An answer of a route as OpenAPI describes it. */
export function described(description: string, schema: TSchema, headers: Record<string, object> = {}): TSchema {
  return { ...schema, description, headers: { ...everyHeader, ...headers } } as TSchema; // adds annotations only
}

export const badRequest = {
  400: described('The request is not acceptable, or its product stands in several sales', errorSchema({ saleIds })),
};
/** Of every route with a body. */
export const badBody = {
  ...badRequest,
  413: described('The body is over 16 KB', errorSchema()),
  415: described('The body is not JSON', errorSchema()),
};
export const notFound = (what: string) => ({ 404: described(what, errorSchema()) });
export const conflict = (what: string, fields: Record<string, TSchema> = {}) => ({
  409: described(what, errorSchema({ ...legacy, ...fields })),
});
export const notNow = {
  500: described('A fault of ours', errorSchema(legacy)),
  503: described(
    'Outcome unknown, gate rebuilding or overloaded. Retry with the same key is always safe',
    errorSchema({ status: Type.Enum(['unknown', 'rebuilding', 'overloaded']), msg: Type.String() }),
    retryHeader,
  ),
};
export const tooFast = {
  429: described(
    'One user or address is too fast',
    errorSchema({ status: Type.Literal('rate_limited'), msg: Type.String(), retryAfterMs: Type.Number() }),
    retryHeader,
  ),
};
export const adminOnly = {
  401: described('The admin token is missing or wrong', errorSchema(), { 'www-authenticate': { type: 'string' } }),
  403: described('Without a configured token: only from the loopback', errorSchema()),
};
export const adminSecurity = [{ admin: [] }];
export const opennessFields = { openness, opensAt: Type.Union([Type.String({ format: 'date-time' }), Type.Null()]) };
