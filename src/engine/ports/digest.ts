/** Hashes and codings of texts; what crypto libraries do, in the engine's words. Texts are hashed as UTF-8. */
export interface Digest {
  /** 64 lower-case hex digits. */
  sha256Hex(text: string): string;
  /** HMAC-SHA-256 (RFC 2104) of `text` under `key`, base64url without padding. */
  hmac(key: string, text: string): string;
  /** Equality in a time that does not depend on where the texts differ. */
  equal(a: string, b: string): boolean;
  /** base64url without padding (RFC 4648, section 5) of the text's UTF-8, and back; undefined where it is none. */
  toBase64Url(text: string): string;
  fromBase64Url(coded: string): string | undefined;
}
