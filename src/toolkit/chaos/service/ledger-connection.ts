import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { type NotedService, serviceOf } from './noted-service.ts';

/** PostgreSQL starts in a second or two, and frees the connections of a process that died within one. */
const patienceMs = 20_000;
const tryEveryMs = 200;
/** What a fault does takes milliseconds; what moves a table waits for the transactions that use it. */
const statementMs = 30_000;
/** SQLSTATEs that pass: too_many_connections, cannot_connect_now, crash_shutdown. */
const passing = new Set(['53300', '57P03', '57P02', 'ECONNREFUSED', 'ECONNRESET']);

/** The name under which PostgreSQL shows our connections: a later undo finds what an earlier runner left. */
export type LedgerUser = `fluxgate-chaos-${string}`;

/** One connection past the proxy. @throws what pg throws */
export async function connectLedger(note: NotedService, as: LedgerUser): Promise<Client> {
  const { host, port, user = '', password = '', database = '' } = serviceOf(note);
  const client = new Client({
    ...{ host, port, user, password, database },
    application_name: as,
    statement_timeout: statementMs,
    query_timeout: statementMs + 1_000,
    connectionTimeoutMillis: patienceMs,
  });
  client.on('error', () => {}); // who asks next hears it
  await client.connect();
  return client;
}

/** Does it on a connection of its own; waits a while for one where PostgreSQL has none to give or is starting. */
export async function withLedger<Result>(
  note: NotedService,
  as: LedgerUser,
  work: (client: Client) => Promise<Result>,
): Promise<Result> {
  const until = performance.now() + patienceMs;
  for (;;) {
    let client: Client;
    try {
      client = await connectLedger(note, as);
    } catch (error) {
      if (!passing.has(sqlStateOf(error)) || performance.now() > until) throw error;
      await sleep(tryEveryMs);
      continue;
    }
    try {
      return await work(client);
    } finally {
      await client.end();
    }
  }
}

/** Ends what an earlier runner left under that name; nothing where all of it went with the runner. */
export async function endLedgerUser(note: NotedService, as: LedgerUser): Promise<void> {
  await withLedger(note, 'fluxgate-chaos-undo', (client) =>
    client.query('select pg_terminate_backend(pid) from pg_stat_activity where application_name = $1', [as]),
  );
}

/** SQLSTATE or system error code; empty where there is none. */
export function sqlStateOf(error: unknown): string {
  if (error instanceof AggregateError) return sqlStateOf(error.errors[0]); // one error an address that was tried
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}
