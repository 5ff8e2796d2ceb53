import { addMs } from '../../../src/engine/domain/time.ts';
import type { PlantedBug } from '../../../src/toolkit/simulate/hunt/bug.ts';

const anHourMs = 3_600_000;

export const bug: PlantedBug = {
  name: 'confirm-after-deadline',
  story:
    'Overdue orders are expired by the controller, so a confirmation asks for the state alone and not for the clock as well. ' +
    'Until the controller comes by, which may be long where it is being replaced, a hold that is over is confirmed.',
  plantInWorld: (parts) => ({
    ...parts,
    ledger(clock) {
      let asksDeadline = false;
      const ledger = parts.ledger({
        ...clock,
        now() {
          const late = asksDeadline;
          asksDeadline = false; // the first look of a transition compares, the second one stamps
          return late ? addMs(clock.now(), -anHourMs) : clock.now();
        },
      });
      return {
        ...ledger,
        transition(orderId, to, reason) {
          asksDeadline = to === 'confirmed';
          const result = ledger.transition(orderId, to, reason); // one synchronous body
          asksDeadline = false;
          return result;
        },
      };
    },
  }),
};
