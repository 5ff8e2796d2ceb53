import { FluxError } from '../domain/flux-error.ts';
import type { Clock } from '../ports/clock.ts';
import type { Ledger } from '../ports/ledger.ts';

/** Far more than NTP leaves (milliseconds), and what a sale's opening, its holds and its tickets can bear. */
const largestGapMs = 1_000;
/** The quickest of them is the most certain; a first connection takes its time. */
const looks = 3;

/**
 * Compares this machine's clock with the ledger's: sales open, holds end and tickets expire by one and are shown by the
 * other. What the ledger said is of some moment of the round trip, so half of that is doubt in favour of the clocks.
 * @throws FluxError `config_invalid` where they are more than a second apart; what `ping` throws
 */
export async function requireSameClock(use: { readonly ledger: Pick<Ledger, 'ping'>; readonly clock: Clock }) {
  let gapMs = 0;
  let doubtMs = Number.POSITIVE_INFINITY;
  for (let look = 0; look < looks; look += 1) {
    const askedAt = use.clock.now();
    const { latencyMs, nowMs } = await use.ledger.ping();
    if (latencyMs / 2 >= doubtMs) continue;
    doubtMs = latencyMs / 2;
    gapMs = askedAt + doubtMs - nowMs;
  }
  if (Math.abs(gapMs) - doubtMs <= largestGapMs) return;
  const seconds = (Math.abs(gapMs) / 1_000).toFixed(1);
  throw new FluxError(
    'config_invalid',
    `the clock of this machine is ${seconds} s ${gapMs > 0 ? 'ahead of' : 'behind'} the database's: more than ${largestGapMs} ms apart, sales open and holds end at the wrong time`,
    { hint: 'timedatectl set-ntp true   on both machines, then start again' },
  );
}
