import type { PlantedBug } from '../../../src/toolkit/simulate/hunt/bug.ts';
import { inConsumer } from '../in-consumer.ts';

export const bug: PlantedBug = {
  name: 'offsets-before-ledger',
  story:
    'To read the next batch while the ledger still writes the last one, the handler was no longer waited for: the offset is ' +
    'committed as soon as the batch was handed over. A worker that dies then, or a ledger that does not answer, takes the ' +
    'batch with it, and nobody reads it again.',
  plant: inConsumer((onBatch, { telemetry }) => async (batch) => {
    onBatch(batch).catch((error: unknown) => telemetry.fault('record-orders', error));
  }),
};
