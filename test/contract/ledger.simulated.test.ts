import { simulatedServices } from '../support/simulated-ports.ts';
import { ledgerSuite } from './ledger-suite.ts';

ledgerSuite('simulated', async () => {
  const { first } = simulatedServices();
  return { ledger: first.ledger, pass: (ms) => first.clock.sleep(ms), close: async () => {} };
});
