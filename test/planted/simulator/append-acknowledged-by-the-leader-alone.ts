import type { PlantedBug } from '../../../src/toolkit/simulate/hunt/bug.ts';
import { logUnreachable } from '../../../src/toolkit/simulate/world/network.ts';
import { inPort } from '../in-port.ts';

export const bug: PlantedBug = {
  name: 'append-acknowledged-by-the-leader-alone',
  story:
    'The producer was set to acks=1 instead of acks=all: it waits for the leader and not for its followers, which saves two milliseconds an ' +
    'order on the dashboard. A leader that dies before they have the record takes with it what a buyer heard 200 for.',
  plant: inPort('orderLog', (parts, { services, process }) => ({
    async append(records, timeoutMs) {
      const byAll = parts.orderLog.append(records, timeoutMs);
      const byLeader = services.network.call({
        ...{ from: process.actor, to: services.log.actor, link: 'log', what: 'acks=1', chance: process.chance },
        ...{ timeoutMs, effect: async () => ({ kind: 'appended' as const }), unreachable: logUnreachable },
      });
      return byLeader.catch(() => byAll);
    },
  })),
};
