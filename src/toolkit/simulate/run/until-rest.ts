import { unrest } from '../check/unrest.ts';
import type { World } from '../world/world.ts';

/**
 * Above the server's lease, the append deadline, the controller's lease, the relay and the hold's deadline together, several
 * times over: what has not come to rest by then never does.
 */
const livenessMs = 60_000;
/** Between two looks whether a world has come to rest. */
const lookMs = 250;
/** Two renewals: by then every server that can hear of an epoch or a configuration has heard of it. */
const hearingMs = 1_100;

const never = () => false;

/** Lets the world go on until nothing is on its way, and says why it did not come to that within its limit. Ends early where `isBroken`. */
export async function untilRest(
  world: World,
  until: {
    readonly isBroken?: () => boolean;
    /** A buyer or an operator that waits for an answer is no rest either. */
    readonly isAnswered?: () => boolean;
    readonly limitMs?: number;
  } = {},
): Promise<string | null> {
  const { isBroken = never, isAnswered, limitMs = livenessMs } = until;
  const { scheduler } = world.services;
  const deadlineMs = scheduler.nowMs + limitMs;
  for (;;) {
    await scheduler.run(scheduler.nowMs + lookMs, isBroken);
    if (isBroken()) return null;
    const why = isAnswered?.() === false ? 'a buyer or an operator still waits for an answer' : await unrest(world);
    if (why === null || scheduler.nowMs >= deadlineMs) return why;
  }
}

/** Until every server has heard of the epoch and the configuration that the ledger has now. */
export async function untilServersKnow({ processes, services }: World, isBroken = never): Promise<void> {
  const { scheduler } = services;
  const sinceMs = scheduler.nowMs;
  const isKnown = () => processes.every(({ serves, knowsUntilMs }) => !serves || knowsUntilMs >= sinceMs);
  await scheduler.run(sinceMs + hearingMs, () => isBroken() || isKnown());
}
