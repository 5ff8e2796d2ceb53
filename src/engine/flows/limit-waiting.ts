/**
 * Lets at most `limit` callers wait at once; whoever comes on top gets `full` without waiting. A crowd that asks would
 * otherwise stand before the flows in the queue for the ledger's connections, leases included.
 */
export function limitWaiting(
  limit: number,
): <Outcome>(run: () => Promise<Outcome>, full: NoInfer<Outcome>) => Promise<Outcome> {
  let waiting = 0;
  return async (run, full) => {
    if (waiting >= limit) return full;
    waiting += 1;
    try {
      return await run();
    } finally {
      waiting -= 1;
    }
  };
}
