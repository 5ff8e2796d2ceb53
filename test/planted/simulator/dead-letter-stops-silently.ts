import { FluxError } from '../../../src/engine/domain/flux-error.ts';
import type { PlantedBug } from '../../../src/toolkit/simulate/hunt/bug.ts';
import { inConsumer } from '../in-consumer.ts';

export const bug: PlantedBug = {
  name: 'dead-letter-stops-silently',
  story:
    'A record that nobody can read was made an error like any other, and an error makes the batch come again: it will be ' +
    'readable once the right version is deployed. It never is. The partition stands still, its buyers have heard 200, and ' +
    'nothing but the lag says so.',
  plant: inConsumer((onBatch) => (batch) => {
    const poison = batch.entries.find(({ kind }) => kind === 'malformed');
    if (poison) return Promise.reject(new FluxError('record_malformed', `offset ${poison.offset}`));
    return onBatch(batch);
  }),
};
