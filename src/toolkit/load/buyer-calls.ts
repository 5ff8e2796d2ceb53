import type { PlannedOrder } from './buyer-plan.ts';
import { type BuyerCall, type BuyerStep, stepAfterCall } from './buyer-steps.ts';
import type { CallClient } from './call-client.ts';
import type { GeneratorWatch } from './generator-watch.ts';
import type { LoadTally } from './load-tally.ts';
import type { RetryQueue } from './retry-queue.ts';

export interface BuyerCallsOptions {
  readonly client: CallClient;
  readonly tally: LoadTally;
  readonly watch: Pick<GeneratorWatch, 'asked'>;
  readonly waiting: RetryQueue;
  readonly elapsedMs: () => number;
  readonly chance: () => number;
}

/** Makes the calls of buyers, one after the other as stepAfterCall says, and counts each of them. */
export class BuyerCalls {
  /** Calls under way. */
  inFlight = 0;
  readonly #use: BuyerCallsOptions;

  constructor(use: BuyerCallsOptions) {
    this.#use = use;
  }

  /** Makes a call after its pause. `onStep` hears once what comes after this call and all that follow from it. */
  make(order: PlannedOrder, { call, pauseMs }: BuyerStep & { kind: 'call' }, onStep: (step: BuyerStep) => void): void {
    this.#later(order, call, 1, pauseMs, onStep);
  }

  #later(
    order: PlannedOrder,
    call: BuyerCall,
    tries: number,
    pauseMs: number,
    onStep: (step: BuyerStep) => void,
  ): void {
    const { waiting, tally, elapsedMs } = this.#use;
    const dueMs = elapsedMs() + pauseMs;
    const taken = waiting.later(pauseMs, () => this.#ask(order, call, tries, dueMs, onStep));
    if (taken) return;
    tally.givenUp += 1;
    onStep({ kind: 'leave' });
  }

  #ask(order: PlannedOrder, call: BuyerCall, tries: number, dueMs: number, onStep: (step: BuyerStep) => void): void {
    const { client, tally, watch, chance, elapsedMs } = this.#use;
    this.inFlight += 1;
    client.ask(call, order, (answer) => {
      this.inFlight -= 1;
      watch.asked(answer);
      tally.call(call.kind, elapsedMs() - dueMs, answer.error);
      const step = stepAfterCall(call, { ...answer, tries, chance: chance() });
      if (step.kind !== 'call') return onStep(step);
      const again = answer.outcome === 'answered' ? 1 : tries + 1;
      this.#later(order, step.call, again, step.pauseMs, onStep);
    });
  }
}
