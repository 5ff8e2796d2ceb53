import type { OrderId } from '../../../engine/domain/ids.ts';
import type { PlannedOrder } from '../../load/buyer-plan.ts';
import { type BuyerStep, type HeardOfOrder, stepAfterCall, stepAfterOrder } from '../../load/buyer-steps.ts';
import { pauseBeforeTryMs } from '../../load/retry-rules.ts';
import type { Habits } from '../../load/scenario.ts';
import type { Behaviour } from '../../load/scenario-schema.ts';
import type { CrowdBook } from './crowd-book.ts';
import type { CrowdServers } from './crowd-servers.ts';
import { type Policy, policyDefaults } from './policy.ts';

/** A confirmation that nobody answers is sent again so often, a second apart. */
const confirmTries = 5;

export interface Journey {
  readonly order: PlannedOrder;
  readonly behaviour: Behaviour;
}

export interface JourneyUse {
  readonly servers: CrowdServers;
  readonly book: CrowdBook;
  readonly habits: Habits;
  readonly policy: Pick<Policy, 'confirm' | 'comeBack'>;
  readonly retryAfterSeconds: number | null;
  /** From the moment when the crowd's first might come. */
  readonly elapsedMs: () => number;
  readonly sleep: (ms: number) => Promise<void>;
  /** A fraction in [0, 1), of this journey alone: what it meets changes nothing of another's. */
  readonly chance: () => number;
}

/** One order of one buyer, from his first request to his last: the rules are those of load runs (load/buyer-steps.ts). */
export async function travel({ order: planned, behaviour }: Journey, use: JourneyUse): Promise<void> {
  const { servers, book } = use;
  // drawn first, whatever comes: the same buyers pay, and hope, in every variant
  const habit = { pays: use.chance(), pays_after: use.chance(), hopes: use.chance() };
  let order = planned;
  let tries = 0;
  let calls = 0;
  let hopesLeft = hopesOf(behaviour, habit.hopes, use.policy);
  if (behaviour === 'slow') await use.sleep(use.habits.slowMs);
  let step: BuyerStep = { kind: 'order', pauseMs: 0 };
  for (;;) {
    switch (step.kind) {
      case 'order': {
        await use.sleep(step.pauseMs);
        if (step.pass !== undefined) order = { ...planned, pass: step.pass };
        tries += 1;
        calls = 0;
        const heard: HeardOfOrder = { ...(await servers.order(order)), tries, chance: use.chance() };
        book.heard(order.userId, heard.outcome, use.elapsedMs());
        if (heard.orderId !== undefined) await accepted(heard.orderId as OrderId, order, habit, use);
        step = stepAfterOrder(behaviour, heard, use.habits);
        if (step.kind === 'leave' && heard.outcome === 'sold_out') step = hopeOr(step);
        break;
      }
      case 'call': {
        await use.sleep(step.pauseMs);
        calls += 1;
        const { call }: typeof step = step;
        const heard = { ...(await servers.call(call, order)), tries: calls, chance: use.chance() };
        if (heard.outcome === 'answered') {
          calls = 0;
          book.heard(order.userId, 'waiting', use.elapsedMs());
        }
        step = stepAfterCall(call, heard);
        break;
      }
      case 'leave_sold_out':
        book.leftTheRoom(order.userId, use.elapsedMs());
        step = hopeOr({ kind: 'leave' });
        break;
      case 'leave':
        return;
      default:
        return step satisfies never;
    }
  }

  function hopeOr(leave: BuyerStep): BuyerStep {
    if (hopesLeft === 0) return leave;
    hopesLeft -= 1;
    const seconds = use.retryAfterSeconds ?? policyDefaults.comeBackSeconds;
    return { kind: 'order', pauseMs: pauseBeforeTryMs(1, seconds, use.chance()) };
  }
}

/** Bots ask again by their own rule. */
function hopesOf(behaviour: Behaviour, chance: number, { comeBack }: Pick<Policy, 'comeBack'>): number {
  return behaviour !== 'bot' && comeBack !== null && chance < comeBack.share ? comeBack.times : 0;
}

/** Writes a yes down once, and pays where the buyer is one who pays. */
async function accepted(
  orderId: OrderId,
  { lines }: PlannedOrder,
  habit: { readonly pays: number; readonly pays_after: number },
  { book, servers, policy: { confirm }, elapsedMs, sleep }: JourneyUse,
): Promise<void> {
  if (book.accepted.has(orderId)) return;
  const units = lines.reduce((sum, { quantity }) => sum + quantity, 0);
  book.accepted.set(orderId, { acceptedMs: elapsedMs(), units });
  if (confirm === null || habit.pays >= confirm.share) return;
  await sleep(1_000 * (confirm.fromSeconds + (confirm.toSeconds - confirm.fromSeconds) * habit.pays_after));
  book.confirmed += 1;
  for (let nth = 0; nth < confirmTries; nth += 1) {
    const heard = await servers.confirm(orderId);
    if (heard === 'late') book.tooLate += 1;
    if (heard !== 'unknown') return;
    await sleep(1_000);
  }
}
