/** JSON text of a value; bigint as decimal strings, since JSON readers cut numbers beyond 2^53. */
export function toJson(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) => (typeof item === 'bigint' ? item.toString() : item));
}
