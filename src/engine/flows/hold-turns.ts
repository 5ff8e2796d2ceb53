import { admissionRateAt } from '../domain/admission.ts';
import type { HoldOutcome } from '../domain/hold.ts';
import type { SaleView } from '../domain/ledger-facts.ts';
import type { Clock } from '../ports/clock.ts';
import { type Gate, gateLimits } from '../ports/gate.ts';
import type { Telemetry } from '../ports/telemetry.ts';
import type { WaitingRoom } from '../ports/waiting-room.ts';
import type { PendingOrder } from './pending-order.ts';

/** `unknown`: the gate did not answer, so a hold may or may not stand; its outbox knows. */
export type TurnOutcome = HoldOutcome | { readonly kind: 'unknown' };

/** All requests of one event-loop turn for one sale go to the gate in one bounded atomic call. */
export interface HoldTurns {
  submit(pending: PendingOrder, done: (outcome: TurnOutcome) => void): void;
}

interface Waiting {
  readonly pending: PendingOrder;
  readonly done: (outcome: TurnOutcome) => void;
}

export function createHoldTurns(use: {
  readonly gate: Gate;
  readonly room: WaitingRoom;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
  /** Told of a fence that does not match the epoch that this server believes in. */
  readonly onRebuilding: (sale: SaleView) => void;
}): HoldTurns {
  let turn = new Map<SaleView, Waiting[]>();

  /**
   * Marks who is over the sale's admission rate. They go on: a known key or a pass is answered as such. Whoever shows a pass
   * asks nothing of the rate, so only the pass admits them: the gate knows whether another order has spent it. Whoever showed
   * a bad one is marked already, and takes nothing of the rate either.
   */
  async function admit(sale: SaleView, batch: readonly Waiting[]): Promise<boolean> {
    const now = use.clock.now();
    const rate = admissionRateAt(sale.config, now);
    if (rate === null || !sale.epoch) return true;
    const direct = batch.filter(({ pending }) => pending.passId === null && pending.admitted);
    const answer = await use.room.admit(sale.config.saleId, sale.epoch.epoch, rate, direct.length, now);
    if (answer.kind === 'rebuilding') return false;
    for (const { pending } of direct.slice(answer.granted)) pending.admitted = false;
    for (const { pending } of batch) if (pending.passId !== null) pending.admitted = false;
    return true;
  }

  async function decide(sale: SaleView, batch: readonly Waiting[]): Promise<readonly TurnOutcome[]> {
    if (!sale.epoch || !(await admit(sale, batch))) return batch.map(() => ({ kind: 'rebuilding' }));
    return use.gate.hold({
      saleId: sale.config.saleId,
      epoch: sale.epoch.epoch,
      configVersion: sale.config.version,
      requests: batch.map(({ pending }) => pending),
    });
  }

  async function run(sale: SaleView, batch: readonly Waiting[]): Promise<void> {
    let outcomes: readonly TurnOutcome[];
    try {
      outcomes = await decide(sale, batch);
    } catch (error) {
      use.telemetry.fault('hold', error);
      outcomes = [];
    }
    let rebuilding = false;
    for (const [index, { done }] of batch.entries()) {
      const outcome = outcomes[index] ?? { kind: 'unknown' };
      rebuilding ||= outcome.kind === 'rebuilding';
      done(outcome);
    }
    if (rebuilding) use.onRebuilding(sale);
  }

  function flush(): void {
    const sales = turn;
    turn = new Map();
    for (const [sale, waiting] of sales) {
      for (let from = 0; from < waiting.length; from += gateLimits.batch) {
        run(
          sale,
          from === 0 && waiting.length <= gateLimits.batch ? waiting : waiting.slice(from, from + gateLimits.batch),
        ).catch((error: unknown) => use.telemetry.fault('hold', error));
      }
    }
  }

  return {
    submit(pending, done) {
      if (turn.size === 0) use.clock.endOfTurn(flush);
      const waiting = turn.get(pending.sale);
      if (waiting) waiting.push({ pending, done });
      else turn.set(pending.sale, [{ pending, done }]);
    },
  };
}
