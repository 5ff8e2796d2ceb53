/** Runs the readings that it is given, at most `limit` of them at once; the others wait for their turn, first come, first served. */
export function createTurns(
  limit: number,
): <Item>(read: () => AsyncIterable<Item>) => AsyncGenerator<Item, void, undefined> {
  const waiting: (() => void)[] = [];
  let running = 0;

  return async function* inTurn(read) {
    // Who is woken inherits the turn of the one that ended, so that no newcomer gets in between.
    if (running < limit) running += 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      yield* read();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else running -= 1;
    }
  };
}
