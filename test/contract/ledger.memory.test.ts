import { createMemoryLedger } from '../../src/adapters/memory/memory-ledger.ts';
import { createVirtualClock } from '../../src/adapters/memory/virtual-clock.ts';
import { ledgerSuite } from './ledger-suite.ts';

ledgerSuite('memory', async () => {
  const clock = createVirtualClock();
  return { ledger: createMemoryLedger({ clock }), pass: (ms) => clock.advance(ms), close: async () => {} };
});
