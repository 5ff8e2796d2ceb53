import type { PlantedBug } from '../../../src/toolkit/simulate/hunt/bug.ts';
import { inPort } from '../in-port.ts';

export const bug: PlantedBug = {
  name: 'unknown-commit-as-recorded',
  story:
    'A commit whose answer is lost has nearly always happened, and the batch that came again filled the log with conflicts. So the error ' +
    'is noted, and the consumer goes on. Sometimes it has not happened: those orders are in the log, and nobody reads them again.',
  plant: inPort('ledger', (parts) => ({
    record: (batch) =>
      parts.ledger.record(batch).catch((error: unknown) => {
        parts.telemetry.fault('record-orders', error);
        return { kind: 'recorded' as const, recorded: 0, repeated: 0, late: 0 };
      }),
  })),
};
