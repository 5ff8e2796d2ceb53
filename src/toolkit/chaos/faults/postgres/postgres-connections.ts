import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from 'pg';
import { Type } from 'typebox';
import { partFault } from '../../fault/chaos-fault.ts';
import { connectLedger, endLedgerUser, type LedgerUser, sqlStateOf } from '../../service/ledger-connection.ts';
import type { NotedService } from '../../service/noted-service.ts';
import { ledgerNoteSchema, noteLedger } from './ledger-note.ts';

/** A stack's PostgreSQL has 200; one with more would not be exhausted by us. */
const mostConnections = 1_000;
/** Opening them one by one would take seconds, all at once would stop PostgreSQL from doing anything else. */
const atOnce = 16;
/** What somebody gives back is taken within this time. */
const refillEveryMs = 20;
/** PostgreSQL that refuses for another reason (it starts, it is away) is asked for so long. */
const unwillingMs = 3_000;
const askAgainMs = 200;
const tooMany = '53300';

/** Somebody else's pool without a limit: PostgreSQL refuses every further connection, those of its superuser too. */
export const postgresConnections = partFault({
  name: 'postgres_connections',
  summary: 'PostgreSQL has no connection left to give: every new one is refused (53300).',
  evidence: 'another connection is refused (53300)',
  undoing: 'the taken connections end',
  targets: ['postgres'],
  parameters: Type.Object(
    {
      cut: Type.Optional(
        Type.Boolean({
          description: 'cut those that are open: servers and workers lose the ones they have, too; false without it',
        }),
      ),
    },
    { additionalProperties: false },
  ),
  note: ledgerNoteSchema,
  lasts: 'while',
  needs: () => ['stack'],
  says: (target, { cut = false }) => `${target} has no connection left${cut ? ', and cuts those it gave' : ''}`,
  prepare: async ({ target }) => noteLedger(target),
  async inject({ target, parameters: { cut = false }, keep }, note) {
    const taken: Client[] = [];
    const over = new AbortController();
    let refilling: Promise<void> = Promise.resolve();
    keep(async () => {
      over.abort();
      await refilling;
      await Promise.allSettled(taken.map((client) => client.end()));
    });
    const as: LedgerUser = `fluxgate-chaos-${note.tag}`;
    if (!(await takeAll(note, as, taken))) {
      const what = `${target.name} gave ${taken.length} connections, and never said that it has no room for another`;
      return { seen: false, what, facts: { taken: taken.length } };
    }
    if (cut) {
      await taken[0]?.query(
        `select pg_terminate_backend(pid) from pg_stat_activity
         where backend_type = 'client backend' and application_name <> $1`,
        [as],
      );
    }
    const refused = await takeAll(note, as, taken);
    refilling = refill(note, as, taken, over.signal);
    return {
      seen: refused,
      what: `${taken.length} connections are taken; another one at ${target.name} is ${refused ? 'refused (53300)' : 'given'}`,
      facts: { taken: taken.length },
    };
  },
  undo: (note) => endLedgerUser(note, `fluxgate-chaos-${note.tag}`),
});

/** Takes connections until one is refused for want of room; false where that did not happen, or it gives none at all. */
async function takeAll(note: NotedService, as: LedgerUser, taken: Client[]): Promise<boolean> {
  let givenMs = performance.now();
  while (taken.length < mostConnections) {
    const tried = await Promise.allSettled(Array.from({ length: atOnce }, () => connectLedger(note, as)));
    for (const one of tried) if (one.status === 'fulfilled') taken.push(one.value);
    const refusals = tried.filter((one) => one.status === 'rejected').map(({ reason }) => sqlStateOf(reason));
    if (refusals.includes(tooMany)) return true;
    if (refusals.length < atOnce) givenMs = performance.now();
    else if (performance.now() - givenMs > unwillingMs) return false;
    else await sleep(askAgainMs);
  }
  return false;
}

async function refill(note: NotedService, as: LedgerUser, taken: Client[], over: AbortSignal): Promise<void> {
  while (!over.aborted && taken.length < mostConnections) {
    const client = await connectLedger(note, as).catch(() => undefined);
    if (client === undefined) await sleep(refillEveryMs, undefined, { signal: over }).catch(() => {});
    else taken.push(client);
  }
}
