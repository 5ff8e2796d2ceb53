import { createMemoryGate } from '../../src/adapters/memory/memory-gate.ts';
import { createVirtualClock } from '../../src/adapters/memory/virtual-clock.ts';
import { gateSuite } from './gate-suite.ts';

gateSuite('memory', async () => {
  const clock = createVirtualClock();
  const gate = createMemoryGate({ clock });
  return {
    gate,
    advance: (ms) => clock.advance(ms),
    now: () => clock.now(),
    lose: async () => gate.lose(),
    restart: async () => gate.restart(),
    async replicate() {
      const replica = gate.replica();
      return async () => gate.failOver(replica);
    },
    close: async () => {},
  };
});
