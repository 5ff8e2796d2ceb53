/** Far more than one call is about; what is beyond is told by number in the text of the call. */
const atMost = 64;
/** Batches of records with their lines. */
const deepest = 4;
const idKeys: ReadonlySet<string> = new Set(['orderId', 'userId', 'productId']);
/** UUIDv8, as all orders have it. */
const orderIdShape = /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** The orders, users, products and epochs that stand in what a call asks or answers, each once, in the order of their places. */
export function mentionedIds(values: readonly unknown[]): readonly string[] {
  const ids = new Set<string>();
  const look = (value: unknown, depth: number): void => {
    if (ids.size >= atMost || depth > deepest) return;
    if (typeof value === 'string') {
      if (orderIdShape.test(value)) ids.add(value);
      return;
    }
    if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return;
    if (Array.isArray(value) || value instanceof Map || value instanceof Set) {
      for (const each of Array.isArray(value) ? value : value.keys()) look(each, depth + 1);
      return;
    }
    for (const [key, each] of Object.entries(value)) {
      if (idKeys.has(key) && typeof each === 'string') ids.add(each);
      else if (key === 'epoch' && typeof each === 'number') ids.add(`epoch ${each}`);
      else look(each, depth + 1);
    }
  };
  for (const value of values) look(value, 0);
  return [...ids];
}
