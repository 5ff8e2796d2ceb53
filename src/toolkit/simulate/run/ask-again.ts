import type { IdempotencyKey, UserId } from '../../../engine/domain/ids.ts';
import type { OrderLine } from '../../../engine/domain/order.ts';
import { type Heard, isYes } from '../actors/heard.ts';
import { brokenBecause } from '../check/broken-promise.ts';
import type { SimulatedProcess } from '../world/simulated-process.ts';
import { productName, saleId, type World } from '../world/world.ts';
import type { RunNotes } from './run-notes.ts';
import { untilRest } from './until-rest.ts';

/** Of those who had heard no yes, a few are asked for: they are all answered alike. */
const othersAsked = 8;
/** A sound server answers at once. */
const answerMs = 3_000;
const afterYes: ReadonlySet<string> = new Set(['duplicate', 'key_reused']);
const definite: ReadonlySet<string> = new Set([
  ...afterYes,
  ...['accepted', 'sold_out', 'over_limit', 'not_open', 'not_admitted'],
]);

interface HeardKey {
  readonly userId: UserId;
  readonly key: IdempotencyKey;
  hadYes: boolean;
}

interface KnownKey extends Readonly<HeardKey> {
  readonly lines: readonly OrderLine[];
}

/** Invariant 7: after all of it, every key hears something definite, and whoever heard yes hears of the same order. */
export async function askAgain(world: World, notes: RunNotes): Promise<void> {
  const { scheduler } = world.services;
  const { isBroken } = notes;
  const server = world.processes.find(({ serves }) => serves);
  if (server === undefined) return;
  const keys = keysToAsk(world, notes.heard);
  // as many at once as the server takes
  for (let from = 0; from < keys.length && !isBroken(); from += world.plan.maxWaitingOrders) {
    const open = askFor(keys.slice(from, from + world.plan.maxWaitingOrders), server, world, notes);
    await scheduler.run(scheduler.nowMs + answerMs, () => open.size === 0 || isBroken());
    if (open.size > 0)
      notes.find(brokenBecause('liveness', `${open.size} keys were asked for again and heard nothing`, 'asked_again'));
  }
  // what was ordered just now is recorded, and ended where its hold is over
  await untilRest(world, { isBroken });
}

/** All that had heard yes, then some others. */
function keysToAsk({ plan }: World, heard: readonly Heard[]): readonly KnownKey[] {
  const linesOf = new Map(plan.buyers.map(({ nth, lines }) => [`user-${nth}`, lines]));
  const known = new Map<UserId, Map<IdempotencyKey, HeardKey>>();
  const all: HeardKey[] = [];
  for (const { userId, key, outcome } of heard) {
    const ofUser = known.get(userId) ?? new Map<IdempotencyKey, HeardKey>();
    known.set(userId, ofUser);
    let one = ofUser.get(key);
    if (one === undefined) {
      one = { userId, key, hadYes: false };
      ofUser.set(key, one);
      all.push(one);
    }
    one.hadYes ||= isYes(outcome);
  }
  return [...all.filter(({ hadYes }) => hadYes), ...all.filter(({ hadYes }) => !hadYes).slice(0, othersAsked)].map(
    (one) => ({ ...one, lines: (linesOf.get(one.userId) ?? []).map(lineOf) }),
  );
}

function lineOf({ product, quantity }: { readonly product: number; readonly quantity: number }) {
  return { productId: productName(product), quantity };
}

/** Orders by these keys again; gives back those that have no answer yet. */
function askFor(
  keys: readonly KnownKey[],
  server: SimulatedProcess,
  world: World,
  notes: RunNotes,
): ReadonlySet<KnownKey> {
  const { scheduler, escaped } = world.services;
  const open = new Set(keys);
  const askedMs = scheduler.nowMs;
  for (const asked of keys) {
    const { userId, key, lines, hadYes } = asked;
    server.engine
      .placeOrder({ saleId, userId, key, lines, pass: null })
      .then((outcome) => {
        open.delete(asked);
        notes.hear({ askedMs, atMs: scheduler.nowMs, server: server.plan.name, userId, key, outcome });
        if ((hadYes ? afterYes : definite).has(outcome.kind)) return;
        const text = `${userId} asked again for ${key}${hadYes ? ', for which he had heard yes,' : ''} and heard ${outcome.kind}`;
        notes.find(brokenBecause('liveness', text, 'asked_again'));
      })
      .catch(escaped);
  }
  return open;
}
