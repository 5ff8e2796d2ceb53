/** Branded ids: a string or number that was checked once, where it came in, and is never mixed up with another kind. */
declare const brand: unique symbol;
type Brand<Value, Name extends string> = Value & { readonly [brand]: Name };

export type SaleId = Brand<string, 'SaleId'>;
export type ProductId = Brand<string, 'ProductId'>;
export type UserId = Brand<string, 'UserId'>;
/** A UUIDv8 in lower case, 36 characters (see order-id.ts). */
export type OrderId = Brand<string, 'OrderId'>;
export type IdempotencyKey = Brand<string, 'IdempotencyKey'>;
/** 32 hex digits: SHA-256 of the canonical lines, cut to 128 bits. */
export type RequestHash = Brand<string, 'RequestHash'>;
/** The nonce of a queue pass; whoever spends it is remembered under it. */
export type PassId = Brand<string, 'PassId'>;
export type ServerId = Brand<string, 'ServerId'>;
export type GateId = Brand<string, 'GateId'>;
/** The generation of the gate's state for one sale at one gate: 1, 2, 3 ... */
export type Epoch = Brand<number, 'Epoch'>;
/** The version of a sale's configuration, raised by one with each change. */
export type ConfigVersion = Brand<number, 'ConfigVersion'>;

/** Bounds of ids, in characters. They keep a log record under 1 KB per line and a key of any store under its limit. */
export const idLimits = { saleId: 63, productId: 100, userId: 128, idempotencyKey: 255 } as const;

export const defaultSaleId = 'default' as SaleId;
/** The one gate there is until a sale spans regions. */
export const mainGate = 'main' as GateId;

/** Also the patterns of schemas (`.source`), so that a checked body needs no second look. */
export const saleIdPattern = /^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$/;
export const idempotencyKeyPattern = /^[\x21-\x7e]{1,255}$/;
export const orderIdPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const requestHashPattern = /^[0-9a-f]{32}$/;
const passIdPattern = /^[\x21-\x7e]{1,128}$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it refuses
const controlCharacter = /[\x00-\x1f\x7f-\x9f\u2028\u2029]/;

function readableText(text: string, limit: number): boolean {
  return text.length > 0 && text.length <= limit && text.isWellFormed() && !controlCharacter.test(text);
}

/** Letters, digits, `_` and `-`, up to 63: safe as a Redis hash tag, in a URL and in a file name. */
export function parseSaleId(text: string): SaleId | undefined {
  return saleIdPattern.test(text) ? (text as SaleId) : undefined;
}

/** Any well-formed text without control characters, up to 100 characters. */
export function parseProductId(text: string): ProductId | undefined {
  return readableText(text, idLimits.productId) ? (text as ProductId) : undefined;
}

/** Any well-formed text without control characters, up to 128 characters. */
export function parseUserId(text: string): UserId | undefined {
  return readableText(text, idLimits.userId) ? (text as UserId) : undefined;
}

/** 1 to 255 visible ASCII characters. */
export function parseIdempotencyKey(text: string): IdempotencyKey | undefined {
  return idempotencyKeyPattern.test(text) ? (text as IdempotencyKey) : undefined;
}

/** Letters, digits, `_` and `-`, up to 63, as a sale id. */
export function parseGateId(text: string): GateId | undefined {
  return saleIdPattern.test(text) ? (text as GateId) : undefined;
}

/** 32 hex digits in lower case. */
export function parseRequestHash(text: string): RequestHash | undefined {
  return requestHashPattern.test(text) ? (text as RequestHash) : undefined;
}

/** A nonce in hex, base64url or the like: 1 to 128 visible ASCII characters. */
export function parsePassId(text: string): PassId | undefined {
  return passIdPattern.test(text) ? (text as PassId) : undefined;
}

/** A UUIDv8 as this program makes them, in lower case. */
export function parseOrderId(text: string): OrderId | undefined {
  return orderIdPattern.test(text) ? (text as OrderId) : undefined;
}
