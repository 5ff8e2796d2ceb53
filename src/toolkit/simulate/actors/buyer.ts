import type { IdempotencyKey, OrderId, UserId } from '../../../engine/domain/ids.ts';
import type { OrderLine } from '../../../engine/domain/order.ts';
import { orderIdOf } from '../../../engine/domain/order-id.ts';
import type { Engine, PlaceOutcome, TicketOutcome } from '../../../engine/engine.ts';
import type { BuyerPlan } from '../plan/plan.ts';
import type { SimulatedProcess } from '../world/simulated-process.ts';
import { orderIdSecret, productName, saleId, type World } from '../world/world.ts';
import { askServer, type Client } from './ask-server.ts';
import type { Listener } from './heard.ts';

/** Tries of one order: whoever hears nothing definite in so many has gone home. */
const maxTries = 4;
/** Looks at a ticket: as many, at most. */
const maxLooks = 8;
/** Whoever has stood in line for so long goes home: well within the time in which a world has to come to rest. */
const lineMs = 20_000;
/** Orders of a bot: more than any limit lets through. */
const botOrders = 3;
/** What is heard where no answer comes. */
const nothing = { kind: 'nothing' } as const;
/** Before the end of a hold, in milliseconds: a shorter pause than this is in time. */
const lastMoment = 250;

export interface BuyerUse {
  readonly world: World;
  readonly client: Client;
  readonly listener: Listener;
  sleep(ms: number): Promise<void>;
}

/** One buyer, from his first request to his last. */
export async function buy(plan: BuyerPlan, use: BuyerUse): Promise<void> {
  const userId = `user-${plan.nth}` as UserId;
  const lines = plan.lines.map(({ product, quantity }) => ({ productId: productName(product), quantity }));
  const keyOf = (nth: number) => `key-${nth}` as IdempotencyKey;
  await use.sleep(plan.atMs);
  switch (plan.behaviour) {
    case 'patient':
    case 'impatient':
      await orderUntilHeard(plan, userId, keyOf(0), lines, use);
      return;
    case 'double_click':
      await Promise.all([0, 1].map((more) => orderOnce(plan, more, userId, keyOf(0), lines, null, use)));
      await orderUntilHeard(plan, userId, keyOf(0), lines, use);
      return;
    case 'bot': {
      // every other one waits in line once, and shows the pass for all of its orders
      const shared = plan.nth % 2 === 0 ? { pass: null } : undefined;
      await Promise.all(
        Array.from({ length: botOrders }, (_, nth) => orderUntilHeard(plan, userId, keyOf(nth), lines, use, shared)),
      );
      return;
    }
    case 'reuses_key':
      await orderUntilHeard(plan, userId, keyOf(0), lines, use);
      await orderUntilHeard(
        plan,
        userId,
        keyOf(0),
        [...lines].map((line) => ({ ...line, quantity: line.quantity + 1 })),
        use,
      );
      return;
    case 'cancels':
    case 'confirms': {
      const orderId = await orderUntilHeard(plan, userId, keyOf(0), lines, use);
      if (orderId === null) return;
      await use.sleep(beforeTheEnd(plan, use));
      const end = (nth: number) =>
        askServer(
          ...([use.world, use.client, serverOf(plan, nth, use.world), `${plan.behaviour} ${userId}`] as const),
          (engine) => (plan.behaviour === 'cancels' ? engine.cancelOrder(orderId) : engine.confirmOrder(orderId)),
          [{ orderId }, { userId }],
        );
      for (let nth = 0; nth < maxTries; nth += 1) {
        const answer = await end(nth);
        if (answer?.kind === 'done') use.listener.hearEnd({ orderId, state: answer.state });
        if (answer !== null && answer.kind !== 'unknown') return;
        await use.sleep(plan.pauseMs);
      }
      return;
    }
    default:
      plan.behaviour satisfies never;
  }
}

/** Every third one confirms in the last moment of his hold, or just behind it. */
function beforeTheEnd({ behaviour, nth, pauseMs }: BuyerPlan, { world }: BuyerUse): number {
  const isLate = behaviour === 'confirms' && nth % 3 === 0;
  return isLate ? world.plan.holdSeconds * 1_000 - lastMoment + pauseMs : pauseMs;
}

/** The order that was accepted under the key; null where none was, or nobody knows. */
async function orderUntilHeard(
  plan: BuyerPlan,
  userId: UserId,
  key: IdempotencyKey,
  lines: readonly OrderLine[],
  use: BuyerUse,
  held: { pass: string | null } = { pass: null },
): Promise<OrderId | null> {
  for (let nth = 0; nth < maxTries; nth += 1) {
    const outcome = await orderOnce(plan, nth, userId, key, lines, held.pass, use);
    switch (outcome.kind) {
      case 'accepted':
      case 'duplicate':
        return outcome.orderId;
      case 'not_admitted':
        if (plan.behaviour === 'impatient') return null;
        held.pass = await waitInLine(plan, userId, use);
        if (held.pass === null) return null;
        break;
      case 'nothing':
      case 'unknown':
      case 'rebuilding':
      case 'overloaded':
        if (plan.behaviour === 'impatient') return null;
        await use.sleep(plan.pauseMs * (nth + 1));
        break;
      default:
        return null;
    }
  }
  return null;
}

async function orderOnce(
  plan: BuyerPlan,
  nth: number,
  userId: UserId,
  key: IdempotencyKey,
  lines: readonly OrderLine[],
  pass: string | null,
  { world, client, listener }: BuyerUse,
): Promise<PlaceOutcome | { readonly kind: 'nothing' }> {
  const server = serverOf(plan, nth, world);
  const { parts, trace, scheduler } = world.services;
  const about = trace.on ? [{ orderId: orderIdOf(orderIdSecret, userId, key, parts.digest) }, { userId }, lines] : [];
  const askedMs = scheduler.nowMs;
  const order = { saleId, userId, key, lines, pass };
  const what = `order ${userId} ${key}`;
  let arrived = 0;
  const place = (engine: Engine) => {
    arrived += 1;
    return engine.placeOrder(order);
  };
  const answer = await askServer(world, client, server, what, place, about);
  const outcome = answer ?? nothing;
  const heard = { askedMs, atMs: scheduler.nowMs, server: server.plan.name, userId, key };
  // What the network made two requests of has two answers, and one of them nobody hears: a refusal is not the last word then.
  if (answer !== null && arrived > 1) listener.hear({ ...heard, outcome: nothing });
  listener.hear({ ...heard, outcome });
  return outcome;
}

/** The pass that a ticket became; null where it did not. */
async function waitInLine(plan: BuyerPlan, userId: UserId, use: BuyerUse): Promise<string | null> {
  const { world, client } = use;
  let ticket: string | null = null;
  const homeMs = world.services.scheduler.nowMs + lineMs;
  for (let nth = 0; nth < maxLooks && world.services.scheduler.nowMs < homeMs; nth += 1) {
    const held: string | null = ticket;
    const answer: TicketOutcome | null = await askServer(
      world,
      client,
      serverOf(plan, nth, world),
      `ticket ${userId}`,
      (engine) => (held === null ? engine.takeTicket(saleId, userId) : engine.readTicket(held)),
    );
    if (answer?.kind === 'admitted') return answer.pass;
    if (answer?.kind === 'waiting') ticket = answer.ticket;
    if (answer?.kind === 'refused' || answer?.kind === 'unknown_sale') return null;
    await use.sleep(answer?.kind === 'waiting' ? answer.pollAfterMs : plan.pauseMs);
  }
  return null;
}

function serverOf(plan: BuyerPlan, nth: number, { serving }: World): SimulatedProcess {
  const server = serving[(plan.server + nth) % serving.length];
  if (server === undefined) throw new RangeError('nobody serves in this world');
  return server;
}
