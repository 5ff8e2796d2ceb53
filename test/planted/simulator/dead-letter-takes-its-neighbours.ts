import type { PlantedBug } from '../../../src/toolkit/simulate/hunt/bug.ts';
import { inConsumer } from '../in-consumer.ts';

export const bug: PlantedBug = {
  name: 'dead-letter-takes-its-neighbours',
  story:
    'Records are decoded in one loop, and the loop ends at the first that nobody can read: the dead letter is stored, and the ' +
    'offset moves to the end of the batch as always. Tests had one record in a batch. Every order behind a poison record is ' +
    'left out.',
  plant: inConsumer((onBatch) => (batch) => {
    const poison = batch.entries.findIndex(({ kind }) => kind === 'malformed');
    return onBatch(poison < 0 ? batch : { ...batch, entries: batch.entries.slice(0, poison + 1) });
  }),
};
