import type { Epoch, PassId, SaleId, UserId } from './ids.ts';
import { parseSaleId, parseUserId } from './ids.ts';
import type { Instant } from './time.ts';
import type { Place } from './waiting-room.ts';

/** Why a ticket or a pass buys nothing. `foreign`: of another sale or another user. `spent`: another order has used the pass. */
export type PassRefusal = 'malformed' | 'forged' | 'expired' | 'foreign' | 'spent';

/** A ticket is a signed place in the waiting room, a pass the signed right to order now. */
export type RoomTokenKind = 'ticket' | 'pass';

export interface RoomToken {
  readonly saleId: SaleId;
  readonly userId: UserId;
  readonly place: Place;
  readonly expiresAt: Instant;
  /** Tells two tokens of one place apart; of a pass it is the pass id. */
  readonly nonce: string;
}

export type TokenVerdict =
  | { readonly kind: 'valid'; readonly token: RoomToken }
  | { readonly kind: 'refused'; readonly why: PassRefusal };

/** Newest first: the first signs, all verify. */
export type SigningKeys = readonly { readonly keyId: string; readonly secret: string }[];

/** What signing needs of ports/digest.ts. */
interface TokenDigest {
  hmac(key: string, text: string): string;
  equal(a: string, b: string): boolean;
  toBase64Url(text: string): string;
  fromBase64Url(coded: string): string | undefined;
}

/** Letters that need no escape in a URL, a header or a cookie. The kind is signed too, so that no ticket passes for a pass. */
const marks = { ticket: 't1', pass: 'p1' } as const satisfies Record<RoomTokenKind, string>;

/** A user id of 128 characters takes at most 384 bytes of UTF-8, twice that with JSON escapes, in base64url 1,024; the rest is small. */
const maxLength = 1_500;

/**
 * The pass of a place: whoever polls twice gets the same pass id, so a place buys one order however many passes are signed.
 * Unique within its sale.
 */
export function passIdOf(place: Place): PassId {
  return `${place.epoch}-${place.counter}` as PassId;
}

/** `kind.keyId.payload.signature`, URL-safe; signed with HMAC-SHA-256 (RFC 2104) by the newest key. Needs at least one key. */
export function signToken(kind: RoomTokenKind, token: RoomToken, keys: SigningKeys, digest: TokenDigest): string {
  const [key] = keys;
  if (key === undefined) throw new RangeError('a token cannot be signed without a key');
  const { saleId, userId, place, expiresAt, nonce } = token;
  const payload = JSON.stringify([saleId, userId, place.epoch, place.counter, expiresAt, nonce]);
  const signed = `${marks[kind]}.${key.keyId}.${digest.toBase64Url(payload)}`;
  return `${signed}.${digest.hmac(key.secret, signed)}`;
}

/** A pass for a place whose turn has come, bound to sale and user. */
export function signPass(token: Omit<RoomToken, 'nonce'>, keys: SigningKeys, digest: TokenDigest): string {
  return signToken('pass', { ...token, nonce: passIdOf(token.place) }, keys, digest);
}

/**
 * Checks form, signature, expiry and owner, in this order; what is compared with secrets is compared in constant time.
 * `owner` names whom it must belong to; a field left out is not compared.
 */
export function verifyToken(
  kind: RoomTokenKind,
  text: string,
  keys: SigningKeys,
  now: Instant,
  digest: TokenDigest,
  owner: { readonly saleId?: SaleId; readonly userId?: UserId } = {},
): TokenVerdict {
  if (text.length > maxLength) return refuse('malformed');
  const [mark, keyId, payload, signature, ...more] = text.split('.');
  if (mark !== marks[kind] || keyId === undefined || !payload || !signature || more.length > 0) {
    return refuse('malformed');
  }
  const key = keys.find((candidate) => candidate.keyId === keyId);
  if (key === undefined || !digest.equal(digest.hmac(key.secret, `${mark}.${keyId}.${payload}`), signature)) {
    return refuse('forged');
  }
  const token = readPayload(digest.fromBase64Url(payload));
  if (token === undefined) return refuse('malformed');
  if (token.expiresAt <= now) return refuse('expired');
  const { saleId = token.saleId, userId = token.userId } = owner;
  if (saleId !== token.saleId || userId !== token.userId) return refuse('foreign');
  return { kind: 'valid', token };
}

function refuse(why: PassRefusal): TokenVerdict {
  return { kind: 'refused', why };
}

/** Undefined where it is none of ours: signed by us, but in a form of another version. */
function readPayload(text: string | undefined): RoomToken | undefined {
  const fields = text === undefined ? undefined : parseArray(text);
  if (fields?.length !== 6) return undefined;
  const [sale, user, epoch, counter, expiresAt, nonce] = fields;
  const saleId = typeof sale === 'string' ? parseSaleId(sale) : undefined;
  const userId = typeof user === 'string' ? parseUserId(user) : undefined;
  if (saleId === undefined || userId === undefined || typeof nonce !== 'string') return undefined;
  if (!isCount(epoch) || !isCount(counter) || !isCount(expiresAt)) return undefined;
  return {
    saleId,
    userId,
    // Whole numbers that we signed ourselves.
    place: { epoch: epoch as Epoch, counter },
    expiresAt: expiresAt as Instant,
    nonce,
  };
}

function parseArray(text: string): readonly unknown[] | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
