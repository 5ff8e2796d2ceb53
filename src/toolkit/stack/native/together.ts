/**
 * Runs tasks at once. Where one fails, the others hear it by their signal; the first failure is thrown once all have ended, so
 * that nobody is still at work behind the caller's back.
 */
export async function together<Result>(
  tasks: readonly ((signal: AbortSignal) => Promise<Result>)[],
  signal: AbortSignal,
): Promise<readonly Result[]> {
  const failing = new AbortController();
  const either = AbortSignal.any([signal, failing.signal]);
  const failures: unknown[] = [];
  const results = await Promise.all(
    tasks.map(async (task) => {
      try {
        return [await task(either)];
      } catch (error) {
        failures.push(error);
        failing.abort();
        return [];
      }
    }),
  );
  if (failures.length > 0) throw failures[0];
  return results.flat();
}
