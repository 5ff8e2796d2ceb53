import type { Client } from 'pg';
import { Type } from 'typebox';
import { partFault } from '../../fault/chaos-fault.ts';
import { withLedger } from '../../service/ledger-connection.ts';
import { ledgerNoteSchema, noteLedger } from './ledger-note.ts';

/** Waits for the writers of the moment; beyond, somebody holds the table and the fault is not made. */
const lockMs = 10_000;

/** A deferred constraint trigger on the orders refuses at COMMIT: all statements went well, and nothing is written. */
export const postgresFailingCommits = partFault({
  name: 'postgres_failing_commits',
  summary: 'Every transaction that writes an order fails at its COMMIT, after all its statements went well.',
  evidence: 'at least one commit failed (a sequence counts through rollbacks)',
  undoing: 'the trigger is dropped',
  targets: ['postgres'],
  parameters: Type.Object(
    {
      sqlState: Type.Optional(
        Type.String({
          // appendix A of PostgreSQL's manual; a warning or success cannot be raised
          pattern: '^(0[9A-Z]|[1-9A-Z][0-9A-Z])[0-9A-Z]{3}$',
          description: 'the error: 40001 (serialization failure) without it, 53100 is a full disk',
        }),
      ),
    },
    { additionalProperties: false },
  ),
  note: ledgerNoteSchema,
  lasts: 'while',
  needs: () => ['stack'],
  says: (target, { sqlState = '40001' }) => `commits of orders in ${target} fail with ${sqlState}`,
  prepare: async ({ target }) => noteLedger(target),
  async inject({ target, parameters: { sqlState = '40001' } }, note) {
    const name = nameOf(note.tag);
    await withLedger(note, `fluxgate-chaos-${note.tag}`, async (client) => {
      await client.query(`set lock_timeout = ${lockMs}`);
      // a sequence counts through rollbacks
      await client.query(`
        create sequence ${name} minvalue 0 start 0;
        create function ${name}() returns trigger language plpgsql as $$ begin
          perform nextval('${name}');
          raise exception 'a fault of fluxgate chaos' using errcode = '${sqlState}';
        end $$;
        create constraint trigger ${name} after insert on orders
          deferrable initially deferred for each row execute function ${name}()`);
    });
    return { seen: false, what: `the trigger ${name} stands in ${target.name}; no commit has met it yet` };
  },
  async look(_context, note) {
    const failures = await withLedger(note, 'fluxgate-chaos-look', (client) => failuresOf(client, nameOf(note.tag)));
    return { seen: failures > 0, what: `${failures} commits of orders failed`, facts: { failures } };
  },
  async undo({ tag, ...note }) {
    const name = nameOf(tag);
    await withLedger(note, 'fluxgate-chaos-undo', async (client) => {
      await client.query(`set lock_timeout = ${lockMs}`);
      await client.query(`drop trigger if exists ${name} on orders;
        drop function if exists ${name}();
        drop sequence if exists ${name}`);
    });
  },
});

function nameOf(tag: string): string {
  return `fluxgate_chaos_${tag}`;
}

async function failuresOf(client: Client, name: string): Promise<number> {
  const { rows } = await client.query<{ count: string }>(
    `select case when is_called then last_value + 1 else 0 end as count from ${name}`,
  );
  return Number(rows[0]?.count ?? 0);
}
