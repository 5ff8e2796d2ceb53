import { simulatedServices } from '../support/simulated-ports.ts';
import { gateSuite } from './gate-suite.ts';

gateSuite('simulated', async () => {
  const { world, first } = simulatedServices();
  return {
    gate: first.gate,
    advance: (ms) => first.clock.sleep(ms),
    now: () => first.clock.now(),
    lose: async () => world.gate.losable.lose(),
    restart: async () => world.gate.losable.restart(),
    async replicate() {
      world.copyGate();
      return async () => world.promote([]);
    },
    close: async () => {},
  };
});
