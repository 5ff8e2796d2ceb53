import type { PlantedBug } from '../../../src/toolkit/simulate/hunt/bug.ts';
import { inPort } from '../in-port.ts';

export const bug: PlantedBug = {
  name: 'unknown-commit-as-refused',
  story:
    'Whatever the ledger answers that is no success means that it did not want the order: a broken rule and a broken connection went the ' +
    'same way. An order that could have been recorded a second later is revoked, and its buyer had heard yes.',
  plant: inPort('ledger', (parts) => ({
    record: (batch) =>
      parts.ledger.record(batch).catch((error: unknown) => {
        parts.telemetry.fault('record-orders', error);
        return { kind: 'refused' as const, rule: 'no_answer' };
      }),
  })),
};
