import { requireSchema } from './adapters/postgres/migrations.ts';
import { createPool } from './adapters/postgres/pool.ts';
import { createPostgresLedger } from './adapters/postgres/postgres-ledger.ts';
import { postgresAddress } from './compose-addresses.ts';
import { stackOrderLog } from './compose-on-stack.ts';
import type { Config } from './config/config-schema.ts';
import { FluxError } from './engine/domain/flux-error.ts';
import { ledgerGroup, type RewoundPartition } from './engine/ports/order-log.ts';

/**
 * Sets the workers' place in Kafka back to what the ledger has, after a backup was restored.
 * @throws FluxError `usage` in the embedded mode, `stack_busy` while a worker runs
 */
export async function rewindOrderLog(config: Config): Promise<readonly RewoundPartition[]> {
  if (config.mode === 'embedded') {
    throw new FluxError('usage', 'the embedded order log is in the same database as the ledger: a backup has both', {
      hint: 'FLUXGATE_MODE=stack fluxgate order-log rewind',
    });
  }
  const postgres = postgresAddress(config);
  await requireSchema(postgres);
  const ledger = createPostgresLedger({ pool: createPool(postgres, { max: 1 }) });
  const orderLog = stackOrderLog(config, null);
  try {
    return await orderLog.rewind(ledgerGroup, await ledger.recordedOffsets(ledgerGroup));
  } finally {
    await Promise.all([ledger.close(), orderLog.close()]);
  }
}
