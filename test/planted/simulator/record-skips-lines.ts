import type { PlantedBug } from '../../../src/toolkit/simulate/hunt/bug.ts';
import { inLedger } from '../in-world.ts';

export const bug: PlantedBug = {
  name: 'record-skips-lines',
  story:
    'Orders had one product when the consumer was written, and it still reads the first line. The others are accepted, paid for and in ' +
    'the log; the ledger has never heard of them, and says that their units are free.',
  plantInWorld: inLedger((ledger) => ({
    record: (batch) =>
      ledger.record({
        ...batch,
        entries: batch.entries.map((entry) =>
          entry.kind === 'order'
            ? { ...entry, record: { ...entry.record, lines: entry.record.lines.slice(0, 1) } }
            : entry,
        ),
      }),
  })),
};
