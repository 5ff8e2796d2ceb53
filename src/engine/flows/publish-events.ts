import { opennessAt } from '../domain/sale.ts';
import type { EngineEvent } from '../engine.ts';
import type { CancelSignal } from '../ports/clock.ts';
import { lookWhileWatched } from './look-while-watched.ts';
import { type OverviewParts, stockAtGate } from './sale-overview.ts';

type Listener = (event: EngineEvent) => void;

/** Four looks a second: smooth for an eye, and nothing for a gate. */
const lookEveryMs = 250;

export interface EventPublisher {
  subscribe(listener: Listener): () => void;
  /** Compares stock and sale states with the last look, while anybody listens. */
  run(signal: CancelSignal): Promise<void>;
}

export function createEventPublisher(use: Omit<OverviewParts, 'ledger'>): EventPublisher {
  const listeners = new Set<Listener>();
  const seen = new Map<string, string>();

  function publish(event: EngineEvent): void {
    for (const listener of listeners) listener(event);
  }

  function publishIfNew(subject: string, state: string, event: EngineEvent): void {
    if (seen.get(subject) === state) return;
    seen.set(subject, state);
    publish(event);
  }

  async function look(): Promise<void> {
    for (const sale of use.lease.sales()) {
      const { saleId } = sale.config;
      const stock = await stockAtGate(sale, use);
      const openness = opennessAt(sale.config, use.clock.now()).kind;
      const gate = stock === null ? 'rebuilding' : 'open';
      publishIfNew(saleId, `${openness} ${gate}`, { kind: 'sale', saleId, openness, gate });
      for (const { productId, total, free } of stock ?? []) {
        publishIfNew(`${saleId} ${productId}`, `${total} ${free}`, { kind: 'stock', saleId, productId, total, free });
      }
    }
  }

  const lookout = lookWhileWatched({
    clock: use.clock,
    everyMs: lookEveryMs,
    isWatched: () => listeners.size > 0,
    look: () => look().catch((error: unknown) => use.telemetry.fault('publish-events', error)),
  });

  return {
    subscribe(listener) {
      listeners.add(listener);
      // The next look says everything again, so that a newcomer hears how things stand.
      seen.clear();
      lookout.wake();
      return () => void listeners.delete(listener);
    },
    run: lookout.run,
  };
}
