import type { Plant } from '../../src/toolkit/simulate/world/simulated-process.ts';

/** The oldest bug of all: an append whose answer never came is taken for one that was acknowledged. */
export const appendTakenForGranted: Plant = (parts) => ({
  ...parts,
  orderLog: {
    ...parts.orderLog,
    async append(records, timeoutMs) {
      await parts.orderLog.append(records, timeoutMs);
      return { kind: 'appended' };
    },
  },
});
