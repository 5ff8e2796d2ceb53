import { setTimeout as sleep } from 'node:timers/promises';

/** Waits, or less where the signal comes first. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => {}); // aborted: the caller asks the signal
}
