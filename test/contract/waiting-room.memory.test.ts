import { createMemoryGate } from '../../src/adapters/memory/memory-gate.ts';
import { createMemoryWaitingRoom } from '../../src/adapters/memory/memory-waiting-room.ts';
import { createVirtualClock } from '../../src/adapters/memory/virtual-clock.ts';
import { waitingRoomSuite } from './waiting-room-suite.ts';

waitingRoomSuite('memory', async () => {
  const gate = createMemoryGate({ clock: createVirtualClock() });
  return {
    gate,
    room: createMemoryWaitingRoom({ gate }),
    lose: async () => gate.lose(),
    restart: async () => gate.restart(),
    close: async () => {},
  };
});
