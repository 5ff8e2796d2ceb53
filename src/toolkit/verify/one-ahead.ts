/**
 * Asks for the next value while the present one is worked on: the database reads while we check. Holds two values at most.
 * A failure comes when its turn comes; where the reader leaves early, the source is closed.
 */
export async function* oneAhead<Value>(source: AsyncIterable<Value>): AsyncGenerator<Value, void> {
  const values = source[Symbol.asyncIterator]();
  let next = ask(values);
  try {
    for (;;) {
      const now = await next;
      if ('failure' in now) throw now.failure;
      if (now.done) return;
      next = ask(values);
      yield now.value;
    }
  } finally {
    await next;
    await values.return?.();
  }
}

type Asked<Value> =
  | { readonly done: false; readonly value: Value }
  | { readonly done: true }
  | { readonly failure: unknown };

/** Never rejects: a rejection that nobody awaits yet would end the process. */
async function ask<Value>(values: AsyncIterator<Value>): Promise<Asked<Value>> {
  try {
    const result = await values.next();
    return result.done ? { done: true } : { done: false, value: result.value };
  } catch (failure) {
    return { failure };
  }
}
