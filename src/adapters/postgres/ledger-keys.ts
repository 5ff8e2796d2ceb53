import type { ClientBase, Pool } from 'pg';
import { toInstant } from '../../engine/domain/time.ts';
import type {
  LedgerKeys,
  RemoveKeyResult,
  RotateKey,
  RotateKeyResult,
  SigningKey,
} from '../../engine/ports/ledger-keys.ts';
import { queryPool } from './query-pool.ts';
import { statement } from './sql-statement.ts';
import { inTransaction } from './transaction.ts';

const readSigningKeys = statement('read-signing-keys');
const firstSigningKey = statement('first-signing-key');
const lockSigningKeys = statement('lock-signing-keys');
const announceSigningKey = statement('announce-signing-key');
const dropOutlivedSigningKeys = statement('drop-outlived-signing-keys');
const removeSigningKeySql = statement('remove-signing-key');
const addAdminEvent = statement('add-admin-event');

interface KeyRow {
  readonly key_id: string;
  readonly secret: string;
  readonly signs_from: Date;
  readonly signs: boolean;
}

/** The PostgreSQL ledger's part of signing keys. */
export function ledgerKeys(pool: Pool): LedgerKeys {
  return {
    async signingKeys(newSecret) {
      const known = await keysOf(pool);
      if (known.length > 0) return known;
      await queryPool(pool, firstSigningKey, [newSecret]);
      return keysOf(pool);
    },
    rotateSigningKey: (rotate) => inTransaction(pool, (client) => rotateKey(client, rotate)),
    removeSigningKey: (keyId, actor) => inTransaction(pool, (client) => removeKey(client, keyId, actor)),
  };
}

async function keysOf(pool: Pool): Promise<readonly SigningKey[]> {
  const { rows } = await queryPool<KeyRow>(pool, readSigningKeys);
  return rows.map(keyOf);
}

function keyOf({ key_id: keyId, secret, signs_from }: KeyRow): SigningKey {
  return { keyId, secret, signsFrom: toInstant(signs_from.getTime()) };
}

async function lockedKeys(client: ClientBase): Promise<readonly KeyRow[]> {
  await client.query(lockSigningKeys);
  return (await client.query<KeyRow>(readSigningKeys)).rows;
}

async function rotateKey(client: ClientBase, rotate: RotateKey): Promise<RotateKeyResult> {
  const before = await lockedKeys(client);
  const pending = before.find(({ signs }) => !signs);
  if (pending !== undefined) {
    const { keyId, signsFrom } = keyOf(pending);
    return { kind: 'pending', keyId, signsFrom };
  }
  const { rows: dropped } = await client.query<KeyRow>({ ...dropOutlivedSigningKeys, values: [rotate.keepMs] });
  const values = [rotate.newSecret, rotate.announceMs];
  const { rows } = await client.query<KeyRow>({ ...announceSigningKey, values });
  const [made] = rows;
  if (made === undefined) throw new RangeError('an insert of one row returned none');
  const removed = dropped.map(({ key_id }) => key_id);
  const after = { keyId: made.key_id, signsFrom: made.signs_from, removed };
  await tell(client, rotate.actor, 'signing_key_rotated', made.key_id, after);
  return { kind: 'announced', keyId: made.key_id, signsFrom: toInstant(made.signs_from.getTime()), removed };
}

async function removeKey(client: ClientBase, keyId: string, actor: string): Promise<RemoveKeyResult> {
  const before = await lockedKeys(client);
  if (!before.some(({ key_id }) => key_id === keyId)) return { kind: 'unknown_key' };
  if (before[0]?.key_id === keyId) return { kind: 'signs' };
  await client.query({ ...removeSigningKeySql, values: [keyId] });
  await tell(client, actor, 'signing_key_removed', keyId, null);
  return { kind: 'removed' };
}

/** Never the secret. */
async function tell(client: ClientBase, actor: string, action: string, keyId: string, after: unknown): Promise<void> {
  const values = [actor, action, keyId, null, after === null ? null : JSON.stringify(after)];
  await client.query({ ...addAdminEvent, values });
}
