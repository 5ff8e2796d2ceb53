import type { IdempotencyKey, OrderId, UserId } from '../../../engine/domain/ids.ts';
import type { Engine } from '../../../engine/engine.ts';
import { type Answer, overloadedAnswer } from '../../../server/answers/answer.ts';
import { endAnswer } from '../../../server/answers/order-answers.ts';
import { placeAnswer } from '../../../server/answers/place-answer.ts';
import { ticketAnswer } from '../../../server/answers/ticket-answer.ts';
import type { PlannedOrder } from '../../load/buyer-plan.ts';
import type { BuyerCall, HeardOfCall, HeardOfOrder } from '../../load/buyer-steps.ts';
import { readCall } from '../../load/call-client.ts';
import { outcomeOfAnswer } from '../../load/outcome-of-answer.ts';
import { parseRetryAfter } from '../../load/retry-rules.ts';
import { askServer, type Client } from '../actors/ask-server.ts';
import { productName, saleId, type World } from '../world/world.ts';
import type { Policy } from './policy.ts';
import { createServiceQueue, type ServiceQueue } from './service-queue.ts';

/** The servers as buyers of a load run meet them: real outcomes in the words of HTTP, read as the load generator reads them. */
export interface CrowdServers {
  order(order: PlannedOrder): Promise<Pick<HeardOfOrder, 'outcome' | 'orderId' | 'retryAfterSeconds'>>;
  call(call: BuyerCall, order: PlannedOrder): Promise<Pick<HeardOfCall, 'outcome' | 'fields' | 'retryAfterSeconds'>>;
  /** `late`: the hold was over. */
  confirm(orderId: OrderId): Promise<'confirmed' | 'late' | 'unknown'>;
}

export function crowdServers(
  world: World,
  use: {
    readonly client: Client;
    readonly policy: Pick<Policy, 'servers' | 'crowd'>;
    /** Instead of the advice of the servers. */
    readonly retryAfterSeconds: number | null;
    readonly onRequest: () => void;
  },
): CrowdServers {
  const { scheduler } = world.services;
  const serving = world.processes
    .filter(({ serves }) => serves)
    .map((server) => ({ server, queue: createServiceQueue(scheduler, use.policy.servers) }));
  const productOf = new Map(use.policy.crowd.sale.products.map(({ productId }, nth) => [productId, productName(nth)]));

  /** Any of the servers, as a load balancer chooses. Null where no answer comes in time. */
  async function ask<Said>(
    what: string,
    question: (engine: Engine) => Promise<Said>,
    answerOf: (said: Said) => Answer,
  ): Promise<Answer | null> {
    const { server, queue } = chosen();
    use.onRequest();
    return askServer(world, use.client, server, what, async (engine) =>
      (await queue.turn()) ? answerOf(await question(engine)) : overloadedAnswer,
    );
  }

  function chosen(): (typeof serving)[number] & { readonly queue: ServiceQueue } {
    const one = serving[use.client.chance.between(0, serving.length - 1)];
    if (one === undefined) throw new RangeError('nobody serves in this world');
    return one;
  }

  function adviceIn(answer: Answer): number | null {
    const at = answer.headers.indexOf('retry-after');
    const advised = at === -1 ? null : parseRetryAfter(answer.headers[at + 1]);
    return advised === null ? null : (use.retryAfterSeconds ?? advised);
  }

  return {
    async order({ userId, key, lines, pass }) {
      const order = {
        ...{ saleId, userId: userId as UserId, key: key as IdempotencyKey, pass: pass ?? null },
        lines: lines.flatMap(({ productId, quantity }) => {
          const known = productOf.get(productId);
          return known === undefined ? [] : [{ productId: known, quantity }];
        }),
      };
      const answer = await ask(
        'order',
        (engine) => engine.placeOrder(order),
        (outcome) => placeAnswer(outcome, order),
      );
      if (answer === null) return { outcome: 'timeout', orderId: undefined, retryAfterSeconds: null };
      const { outcome, orderId } = outcomeOfAnswer(answer.status, answer.json);
      return { outcome, orderId, retryAfterSeconds: adviceIn(answer) };
    },
    async call(call, { userId }) {
      const answer = await answerTo(call, userId as UserId);
      if (answer === null) return { outcome: 'timeout', fields: {}, retryAfterSeconds: null };
      return { ...readCall(answer.status, answer.json), retryAfterSeconds: adviceIn(answer) };
    },
    async confirm(orderId) {
      const answer = await ask('confirm', (engine) => engine.confirmOrder(orderId), endAnswer);
      if (answer === null || answer.status >= 500) return 'unknown';
      return answer.status === 200 ? 'confirmed' : 'late';
    },
  };

  function answerTo(call: BuyerCall, userId: UserId): Promise<Answer | null> {
    switch (call.kind) {
      case 'ticket':
        return ask(
          'ticket',
          (engine) => engine.takeTicket(saleId, userId),
          (outcome) => ticketAnswer(outcome, 201),
        );
      case 'place':
        return ask(
          'place',
          (engine) => engine.readTicket(call.ticket),
          (outcome) => ticketAnswer(outcome, 200),
        );
      case 'cancel':
        // an id that a 200 brought
        return ask('cancel', (engine) => engine.cancelOrder(call.orderId as OrderId), endAnswer);
      default:
        return call satisfies never;
    }
  }
}
