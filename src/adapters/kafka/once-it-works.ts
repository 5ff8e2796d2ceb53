/** Runs `work` until it succeeded once; those who come while it runs share the run. */
export function onceItWorks(work: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | null = null;
  return () => {
    running ??= work().catch((error: unknown) => {
      running = null;
      throw error;
    });
    return running;
  };
}
