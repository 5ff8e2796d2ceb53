import type { ClientBase } from 'pg';
import { FluxError } from '../../engine/domain/flux-error.ts';
import type { Lease } from '../../engine/ports/ledger.ts';
import { statement } from './sql-statement.ts';

const checkLeaseSql = statement('check-lease');

/**
 * The first statement of every transaction of a controller: it commits only while the lease is still its own.
 * @throws FluxError `lease_lost`
 */
export async function checkLease(client: ClientBase, lease: Lease): Promise<void> {
  const { rowCount } = await client.query({ ...checkLeaseSql, values: [lease.name, lease.holder, lease.token] });
  if (rowCount === 0) {
    throw new FluxError('lease_lost', `the lease ${lease.name} of ${lease.holder} is no longer its own`);
  }
}
