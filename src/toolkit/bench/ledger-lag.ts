import { Type } from 'typebox';
import { FluxError } from '../../engine/domain/flux-error.ts';
import type { AdminClient } from '../admin-client/admin-client.ts';

/** The part of `GET /stats` that says how far the ledger is. Offsets of 64 bits come as decimal text. */
const stats = Type.Object({
  lag: Type.Array(Type.Object({ lag: Type.Union([Type.String({ pattern: '^\\d+$' }), Type.Integer()]) })),
  counts: Type.Record(Type.String(), Type.Number()),
});

const lookEveryMs = 50;
/** Far above the promise of 5 s: whoever needs longer has not kept up by any measure. */
const giveUpMs = 120_000;

/** Orders that this server's consumer has written to the ledger since its start. */
export async function recordedOrders(admin: AdminClient): Promise<number> {
  const { counts } = await admin.call('GET', '/stats', stats);
  return counts.orders_recorded ?? 0;
}

/** Waits until the ledger has everything that is in the order log; gives back how long that took, in seconds. */
export async function waitForLagZero(admin: AdminClient, signal: AbortSignal | undefined): Promise<number> {
  const startedAt = performance.now();
  for (;;) {
    const { lag } = await admin.call('GET', '/stats', stats);
    const tookMs = performance.now() - startedAt;
    if (lag.every((partition) => Number(partition.lag) === 0)) return tookMs / 1_000;
    if (signal?.aborted) throw new FluxError('interrupted', 'the bench was interrupted');
    if (tookMs > giveUpMs)
      throw new FluxError(
        'threshold_failed',
        `the ledger did not catch up within ${giveUpMs / 1_000} s after the load`,
      );
    await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
  }
}
