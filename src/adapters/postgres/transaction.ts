import type { Pool, PoolClient } from 'pg';
import { faultOf, isRetryable } from './pg-fault.ts';

const begins = {
  'read committed': 'begin isolation level read committed',
  snapshot: 'begin isolation level repeatable read read only',
} as const;

export interface TransactionOptions<Result> {
  /** `read committed` (the default) for writes; `snapshot`: everything read is of one moment, nothing can be written. */
  readonly as?: keyof typeof begins;
  /** Commits only results that pass; the others are returned after a rollback. */
  readonly commitIf?: (result: Result) => boolean;
}

/** Deadlocks and serialization failures solve themselves within a few tries; beyond, something is wrong. */
const attempts = 8;

/** Waits longer each time, with jitter so that two that met do not meet again. */
function pause(attempt: number): Promise<void> {
  const ms = Math.random() * 5 * 2 ** Math.min(attempt, 5); // at most 160 ms
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/**
 * Runs `work` in one transaction and commits; rolls back where it throws. Runs it again after a deadlock or a
 * serialization failure, so `work` must not leave traces elsewhere.
 * @throws FluxError `ledger_unreachable`, `ledger_full`; after a lost connection the transaction may have happened.
 */
export async function inTransaction<Result>(
  pool: Pool,
  work: (client: PoolClient) => Promise<Result>,
  options: TransactionOptions<Result> = {},
): Promise<Result> {
  const begin = begins[options.as ?? 'read committed'];
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await once(pool, begin, work, options.commitIf);
    } catch (error) {
      if (attempt >= attempts || !isRetryable(error)) throw faultOf(error);
      await pause(attempt);
    }
  }
}

async function once<Result>(
  pool: Pool,
  begin: string,
  work: (client: PoolClient) => Promise<Result>,
  commitIf: ((result: Result) => boolean) | undefined,
): Promise<Result> {
  const client = await pool.connect();
  let broken = false;
  // Checked out connections report their death here; the pending query rejects too.
  const onError = () => {
    broken = true;
  };
  client.on('error', onError);
  try {
    await client.query(begin);
    const result = await work(client);
    await client.query(commitIf === undefined || commitIf(result) ? 'commit' : 'rollback');
    return result;
  } catch (error) {
    // A connection that cannot even roll back is thrown away; the server rolls back when it is closed.
    await client.query('rollback').catch(onError);
    throw error;
  } finally {
    client.off('error', onError);
    client.release(broken);
  }
}
