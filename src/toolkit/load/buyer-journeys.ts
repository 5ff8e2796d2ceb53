import { durationMsOf } from './arrival-schedule.ts';
import { BuyerCalls } from './buyer-calls.ts';
import type { PlannedOrder } from './buyer-plan.ts';
import { type BuyerStep, stepAfterOrder } from './buyer-steps.ts';
import type { CallClient } from './call-client.ts';
import { FairnessBook, type FairnessPart } from './fairness-book.ts';
import type { GeneratorWatch } from './generator-watch.ts';
import type { LoadTally } from './load-tally.ts';
import type { OrderAnswer } from './order-client.ts';
import type { RetryQueue } from './retry-queue.ts';
import { loadDefaults, type Scenario } from './scenario.ts';
import type { Behaviour } from './scenario-schema.ts';

/** One order of one buyer, over all its tries. */
export interface Attempt {
  readonly order: PlannedOrder;
  readonly behaviour: Behaviour;
  /** 0 for the first. */
  readonly retry: number;
  readonly dueMs: number;
  /** When the buyer came. */
  readonly arrivedMs: number;
}

export interface BuyerJourneysOptions {
  readonly scenario: Scenario;
  readonly client: CallClient;
  readonly tally: LoadTally;
  readonly watch: Pick<GeneratorWatch, 'asked'>;
  /** Where buyers wait who do something later. */
  readonly waiting: RetryQueue;
  readonly elapsedMs: () => number;
  readonly chance: () => number;
  readonly send: (attempt: Attempt) => void;
  /** Somebody has gone on, or left. */
  readonly onStep: () => void;
}

/** How buyers go on once they heard something: it asks stepAfterOrder, and does what that says. */
export class BuyerJourneys {
  readonly #use: BuyerJourneysOptions;
  readonly #calls: BuyerCalls;
  readonly #fairness: FairnessBook;

  constructor(use: BuyerJourneysOptions) {
    this.#use = use;
    this.#calls = new BuyerCalls(use);
    this.#fairness = new FairnessBook(durationMsOf(use.scenario.arrivals));
  }

  /** Calls under way. */
  get asking(): number {
    return this.#calls.inFlight;
  }

  fairness(): FairnessPart {
    return this.#fairness.part();
  }

  /** Takes an answer to an order, or that it could not be sent. */
  heard(
    attempt: Attempt,
    { outcome, orderId, retryAfterSeconds }: Pick<OrderAnswer, 'outcome' | 'orderId' | 'retryAfterSeconds'>,
  ): void {
    this.#countFairness(attempt, outcome);
    const { scenario, chance } = this.#use;
    const told = { outcome, orderId, retryAfterSeconds, tries: attempt.retry + 1, chance: chance() };
    this.#take(attempt, stepAfterOrder(attempt.behaviour, told, scenario.buyers.habits ?? loadDefaults.habits));
  }

  #countFairness({ behaviour, order, retry, arrivedMs }: Attempt, outcome: OrderAnswer['outcome']): void {
    // a second click hears `duplicate`, too: only of a later try it says that the first one had got through
    if (outcome === 'accepted' || (outcome === 'duplicate' && retry > 0))
      this.#fairness.won(behaviour, order.lines, arrivedMs);
    else if (outcome === 'sold_out') this.#fairness.soldOut(order.lines, arrivedMs);
  }

  #take(attempt: Attempt, step: BuyerStep): void {
    switch (step.kind) {
      case 'leave':
        break;
      case 'leave_sold_out':
        this.#fairness.soldOut(attempt.order.lines, attempt.arrivedMs);
        break;
      case 'order':
        this.#orderLater(attempt, step);
        break;
      case 'call':
        this.#calls.make(attempt.order, step, (next) => {
          this.#take(attempt, next);
          this.#use.onStep();
        });
        break;
      default:
        step satisfies never;
    }
  }

  #orderLater(attempt: Attempt, { pauseMs, pass }: BuyerStep & { kind: 'order' }): void {
    const { waiting, tally, elapsedMs, send, onStep } = this.#use;
    const order = pass === undefined ? attempt.order : { ...attempt.order, pass };
    const dueMs = elapsedMs() + pauseMs;
    const taken = waiting.later(pauseMs, () => {
      send({ ...attempt, order, retry: attempt.retry + 1, dueMs });
      onStep();
    });
    if (!taken) tally.givenUp += 1;
  }
}
