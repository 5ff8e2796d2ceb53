import { nodeDigest } from '../../src/adapters/node/node-digest.ts';
import type { IdempotencyKey, SaleId, UserId } from '../../src/engine/domain/ids.ts';
import type { PlaceOutcome } from '../../src/engine/engine.ts';
import { type LogEntry, ledgerGroup } from '../../src/engine/ports/order-log.ts';
import type { BrokenPromise } from '../../src/toolkit/simulate/check/broken-promise.ts';
import { judgeSale } from '../../src/toolkit/simulate/check/judge-sale.ts';
import { saleUnrest } from '../../src/toolkit/simulate/check/sale-unrest.ts';
import type { MemoryFleet } from './memory-fleet.ts';

/** What one request heard. */
export interface Heard {
  readonly userId: UserId;
  readonly key: IdempotencyKey;
  readonly outcome: PlaceOutcome;
}

/** Whether nothing is on its way any more. */
export async function isQuiet({ ledger, gate, orderLog }: MemoryFleet, saleId: SaleId): Promise<boolean> {
  const lag = async () => (await orderLog.lag(ledgerGroup)).map((partition) => Number(partition.lag));
  return (await saleUnrest({ saleId, ledger, gate, lag })) === null;
}

/** Design.md section 8 over everything there is. Only for a quiet world. */
export async function brokenPromises(
  { ledger, gate, orderLog }: MemoryFleet,
  saleId: SaleId,
  heard: readonly Heard[],
): Promise<readonly BrokenPromise[]> {
  const log: LogEntry[][] = Array.from({ length: orderLog.partitions }, () => []);
  for await (const { partition, entries } of orderLog.scan()) log[partition]?.push(...entries);
  return judgeSale({ saleId, ledger, gate, log, digest: nodeDigest, heard, limitsHold: true, rateHolds: true });
}
