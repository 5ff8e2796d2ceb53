import { simulatedServices } from '../support/simulated-ports.ts';
import { waitingRoomSuite } from './waiting-room-suite.ts';

waitingRoomSuite('simulated', async () => {
  const { world, first } = simulatedServices();
  return {
    gate: first.gate,
    room: first.room,
    lose: async () => world.gate.losable.lose(),
    restart: async () => world.gate.losable.restart(),
    close: async () => {},
  };
});
