import { setTimeout } from 'node:timers/promises';
import { chanceAt } from '../../src/toolkit/load/seeded-chance.ts';
import { ask } from './ask.ts';
import type { StackFleet } from './supervised-fleet.ts';

/** One thing at a time, as often as a night of seconds needs to meet every moment of a rebuild. */
const pauseMs = 40;
/** A server that stands still says nothing. */
const answerMs = 5_000;
/** Longer than a ledger takes to come back. */
const behindNightMs = 30_000;
/** 404: a cancel reached a server before its order reached the ledger. 409: somebody else was first, or units are taken. */
const properStatuses: readonly number[] = [200, 202, 404, 409, 429, 503];

/** What operators did in a night. */
export interface Operated {
  /** Calls that changed something. */
  readonly changes: number;
  /** Answers that http.md does not allow. */
  readonly improper: readonly string[];
}

/**
 * Whoever cancels, confirms and changes stock while a night goes on, until `signal` aborts: orders of any age at any server.
 * Where nobody could do anything all night (the ledger was away), he goes on until something was done behind it.
 * What was not answered may have happened, and nobody asks again.
 */
export async function operate(fleet: StackFleet, seed: number, signal: AbortSignal): Promise<Operated> {
  const improper: string[] = [];
  let changes = 0;
  let behindMs = Number.POSITIVE_INFINITY;
  signal.addEventListener('abort', () => {
    behindMs = performance.now() + behindNightMs;
  });
  for (let n = 0; !signal.aborted || (changes === 0 && performance.now() < behindMs); n += 1) {
    await setTimeout(pauseMs);
    const call = await nextCall(fleet, (stream) => chanceAt(seed, stream, n)).catch(() => null); // the ledger is away
    if (call === null) continue;
    const answer = await Promise.race([
      ask(fleet.target(), 'POST', call.path, call.body).catch(() => null), // the server is
      setTimeout(answerMs, null),
    ]);
    if (answer?.status === 200) changes += 1;
    if (answer !== null && !properStatuses.includes(answer.status))
      improper.push(`${call.path}: ${answer.status} ${JSON.stringify(answer.body)}`);
  }
  return { changes, improper };
}

async function nextCall(fleet: StackFleet, chance: (stream: number) => number) {
  if (chance(1) < 0.2) {
    const by = chance(2) < 0.5 ? -3 : 3;
    return { path: `/sales/${chance(3) < 0.5 ? 'night' : 'holds'}/stock`, body: { productId: 'ticket', by } };
  }
  const { rows } = await fleet.ledger.query<{ order_id: string; sale_id: string }>(
    'select order_id, sale_id from orders order by accepted_at desc offset $1 limit 1',
    [Math.floor(chance(4) * 40)],
  );
  const [order] = rows;
  if (order === undefined) return null;
  const verb = order.sale_id === 'holds' && chance(5) < 0.5 ? 'confirm' : 'cancel';
  return { path: `/${verb}/${order.order_id}`, body: undefined };
}
