import type { IdempotencyKey, UserId } from '../../src/engine/domain/ids.ts';
import type { OrderLine } from '../../src/engine/domain/order.ts';
import type { BuyerPlan, OperatorPlan, WorldPlan } from '../../src/toolkit/simulate/plan/plan.ts';
import { productName } from '../../src/toolkit/simulate/world/world.ts';

/** One thing that somebody asks of a server. */
export type Request = { readonly atMs: number; readonly server: number } & (
  | {
      readonly kind: 'order';
      readonly userId: UserId;
      readonly key: IdempotencyKey;
      readonly lines: readonly OrderLine[];
    }
  | { readonly kind: 'cancel' | 'confirm'; readonly userId: UserId; readonly key: IdempotencyKey }
  | { readonly kind: 'operate'; readonly plan: OperatorPlan }
);

/**
 * A world in which nothing depends on the moment: no fault, no clock that is wrong, no rate of admission, and holds that nobody
 * lives to see expire. Its requests, asked one at a time, have one outcome each.
 */
export function timeless(plan: WorldPlan): WorldPlan {
  return {
    ...plan,
    ...{ faults: [], admissionRate: null, holdSeconds: 3_600, maxWaitingOrders: 1_000 },
    processes: plan.processes.map((each) => ({ ...each, driftPpm: 0, offsetMs: 0 })),
    operators: plan.operators.map((each) => (each.kind === 'rate' ? { ...each, perSecond: null } : each)),
  };
}

/** What buyers and operators of a world ask, in its order. */
export function requestsOf({ buyers, operators }: WorldPlan): readonly Request[] {
  return [
    ...buyers.flatMap(requestsOfBuyer),
    ...operators.map((plan): Request => ({ kind: 'operate', atMs: plan.atMs, server: plan.server, plan })),
  ].sort((a, b) => a.atMs - b.atMs);
}

/** As a buyer's behaviour says, whatever he hears: a cancellation of what was never accepted has an outcome, too. */
function requestsOfBuyer(plan: BuyerPlan): readonly Request[] {
  const userId = `user-${plan.nth}` as UserId;
  const lines = plan.lines.map(({ product, quantity }) => ({ productId: productName(product), quantity }));
  const keyOf = (nth: number) => `key-${nth}` as IdempotencyKey;
  const at = (nth: number) => ({ atMs: plan.atMs + nth * plan.pauseMs, server: plan.server + nth });
  const order = (nth: number, key = keyOf(0), more = 0): Request => ({
    ...{ kind: 'order', userId, key, ...at(nth) },
    lines: lines.map((line) => ({ ...line, quantity: line.quantity + more })),
  });
  const end = (nth: number, kind: 'cancel' | 'confirm'): Request => ({ kind, userId, key: keyOf(0), ...at(nth) });
  switch (plan.behaviour) {
    case 'patient':
    case 'impatient':
      return [order(0)];
    case 'double_click':
      return [order(0), order(1)];
    case 'bot':
      return [0, 1, 2, 3].map((nth) => order(nth, keyOf(nth)));
    case 'reuses_key':
      return [order(0), order(1, keyOf(0), 1)];
    case 'cancels':
      return [order(0), end(1, 'cancel'), order(2), end(3, 'cancel'), order(4, keyOf(1))];
    case 'confirms':
      return [order(0), end(1, 'confirm'), end(2, 'confirm'), end(3, 'cancel'), end(4, 'confirm'), order(5)];
    default:
      return plan.behaviour satisfies never;
  }
}
