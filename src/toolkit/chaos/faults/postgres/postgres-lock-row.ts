import { Type } from 'typebox';
import { FluxError } from '../../../../engine/domain/flux-error.ts';
import { partFault } from '../../fault/chaos-fault.ts';
import { connectLedger, endLedgerUser, sqlStateOf, withLedger } from '../../service/ledger-connection.ts';
import { ledgerNoteSchema, noteLedger } from './ledger-note.ts';

const hottest = 'select product_id from products where sale_id = $1 order by total desc, product_id limit 1';
const lockRow = 'select 1 from products where sale_id = $1 and product_id = $2 for update';

/** Somebody's psql with an open transaction on the row that every order has to count in. */
export const postgresLockRow = partFault({
  name: 'postgres_lock_row',
  summary: "Somebody's open transaction holds the row of a product that every order of it has to count in.",
  evidence: 'another connection does not get the row (55P03)',
  undoing: 'the connection that holds it ends',
  targets: ['postgres'],
  parameters: Type.Object(
    {
      product: Type.Optional(
        Type.String({
          minLength: 1,
          maxLength: 255, // of a product id
          description: "its product id; the one with the largest total of the experiment's sale without it",
        }),
      ),
    },
    { additionalProperties: false },
  ),
  note: Type.Object({ ...ledgerNoteSchema.properties, saleId: Type.String(), product: Type.String() }),
  lasts: 'while',
  needs: () => ['stack'],
  says: (target, { product }) => `${product ?? 'the hottest product'} is locked in ${target}`,
  async prepare({ target, system: { saleId }, parameters }) {
    const note = noteLedger(target);
    const found = await withLedger(note, `fluxgate-chaos-${note.tag}`, async (client) => {
      const { rows } = await client.query<{ product_id: string }>(hottest, [saleId]);
      return rows[0]?.product_id;
    });
    const product = parameters.product ?? found;
    if (product === undefined) throw new FluxError('not_found', `the sale ${saleId} has no product in the ledger yet`);
    return { ...note, saleId, product };
  },
  async inject({ keep }, note) {
    const { saleId, product } = note;
    const holder = await connectLedger(note, `fluxgate-chaos-${note.tag}`);
    keep(() => holder.end());
    await holder.query('begin');
    await holder.query(`set local statement_timeout = 0`);
    const { rowCount } = await holder.query(lockRow, [saleId, product]);
    const other = await withLedger(note, 'fluxgate-chaos-look', (client) =>
      client.query(`${lockRow} nowait`, [saleId, product]).then(() => '', sqlStateOf),
    );
    const seen = rowCount === 1 && other === '55P03';
    return { seen, what: `another connection that wants the row of ${product} hears ${other || 'yes'}` };
  },
  async look({ target }, note) {
    const waiting = await withLedger(note, 'fluxgate-chaos-look', async (client) => {
      const { rows } = await client.query<{ count: number }>(
        `select count(*)::int as count from pg_stat_activity waits, pg_stat_activity holds
         where holds.application_name = $1 and holds.pid = any (pg_blocking_pids(waits.pid))`,
        [`fluxgate-chaos-${note.tag}`],
      );
      return rows[0]?.count ?? 0;
    });
    return { seen: waiting > 0, what: `${waiting} connections of ${target.name} wait for the row`, facts: { waiting } };
  },
  undo: (note) => endLedgerUser(note, `fluxgate-chaos-${note.tag}`),
});
