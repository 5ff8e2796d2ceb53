import type { MemoryGate } from '../../src/adapters/memory/memory-gate.ts';
import type { GateView } from '../../src/engine/domain/decide-holds.ts';
import type { Clock } from '../../src/engine/ports/clock.ts';
import type { Gate } from '../../src/engine/ports/gate.ts';
import type { Ledger } from '../../src/engine/ports/ledger.ts';
import type { PlantedBug } from '../../src/toolkit/simulate/hunt/bug.ts';

type PlantInWorld = NonNullable<PlantedBug['plantInWorld']>;

/** A defect of the gate itself: what `change` does not name stays sound. `clock` is the gate's own. */
export function inGate(change: (gate: MemoryGate, clock: Clock) => Partial<Gate>): PlantInWorld {
  return (parts) => ({
    ...parts,
    gate(clock) {
      const losable = parts.gate(clock);
      const gate = losable.gate as MemoryGate; // composeSimulation makes its gates of these
      return { ...losable, gate: { ...gate, ...change(gate, clock) } };
    },
  });
}

/** A defect of the ledger itself. */
export function inLedger(change: (ledger: Ledger) => Partial<Ledger>): PlantInWorld {
  return (parts) => ({
    ...parts,
    ledger(clock) {
      const ledger = parts.ledger(clock);
      return { ...ledger, ...change(ledger) };
    },
  });
}

/** A sale at the gate for reading: its methods stay its own, whatever is put beside them. */
export function viewOf(sale: GateView): GateView {
  return {
    config: sale.config,
    terms: (productId) => sale.terms(productId),
    free: (productId) => sale.free(productId),
    known: (orderId) => sale.known(orderId),
    units: (userId, productId) => sale.units(userId, productId),
    passOwner: (passId) => sale.passOwner(passId),
  };
}
