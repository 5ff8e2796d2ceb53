import type { Planted } from './planted.ts';

/** Every so many appends one is forgotten. */
const forgottenEvery = 3;

/**
 * The story: the append is made "fire and forget" to win a millisecond, and its failures are swallowed. The buyer hears 200,
 * and the log never had the order.
 */
export const promiseWithoutAppend: Planted = (parts) => {
  let appends = 0;
  return {
    ...parts,
    orderLog: {
      ...parts.orderLog,
      async append(records, timeoutMs) {
        appends += 1;
        return appends % forgottenEvery === 0 ? { kind: 'appended' } : parts.orderLog.append(records, timeoutMs);
      },
    },
  };
};
