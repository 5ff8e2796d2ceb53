import { orderLimits } from '../../../engine/domain/order.ts';
import type { WorldPlan } from '../plan/plan.ts';
import type { Policy, Variant } from './policy.ts';

/** The world that a crowd buys in: no faults, the settings that servers have by default, and true clocks. */
export function crowdWorld(policy: Policy, variant: Variant, seed: number): WorldPlan {
  const right = { driftPpm: 0, offsetMs: 0 };
  const servers = Array.from({ length: policy.servers.count }, (_, nth) => ({
    ...{ name: `server-${nth + 1}`, roles: ['serve'] as const, ...right },
  }));
  return {
    seed,
    confirmation: policy.crowd.sale.confirmation,
    holdSeconds: variant.holdSeconds,
    admissionRate: variant.admissionRate,
    // of products without one of their own
    limitPerUser: orderLimits.quantity,
    stock: variant.stock,
    partitions: 4,
    placing: 'by_append',
    serverLeaseMs: 10_000,
    appendDeadlineMs: 1_500,
    maxWaitingOrders: policy.servers.maxWaiting,
    processes: [...servers, { name: 'worker', roles: ['consume', 'control'], ...right }],
    buyers: [],
    operators: [],
    faults: [],
    safetyMs: policy.hardStopSeconds * 1_000,
  };
}
