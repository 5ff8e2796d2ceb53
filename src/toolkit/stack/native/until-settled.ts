import { setTimeout as sleep } from 'node:timers/promises';
import { FluxError } from '../../../engine/domain/flux-error.ts';

/** They find each other within 3 s; a machine that does much else takes longer. */
const settledMs = 60_000;
/** Well below what a person notices. */
const lookEveryMs = 50;

/**
 * Waits until services that know each other have settled. `look` says what is still missing, or throws it; undefined where
 * nothing is. @throws FluxError `stack_start_failed` with what was missing last, `interrupted`
 */
export async function untilSettled(
  whose: string,
  look: () => Promise<string | undefined>,
  signal: AbortSignal,
): Promise<void> {
  const deadline = performance.now() + settledMs;
  for (;;) {
    const missing = await look().catch((error: unknown) => (error instanceof Error ? error.message : String(error)));
    if (missing === undefined) return;
    if (signal.aborted) throw new FluxError('interrupted', `the start of ${whose} was interrupted`);
    if (performance.now() > deadline) {
      throw new FluxError('stack_start_failed', `${whose} did not settle within ${settledMs / 1_000} s: ${missing}`, {
        hint: 'fluxgate stack logs',
      });
    }
    await sleep(lookEveryMs);
  }
}
