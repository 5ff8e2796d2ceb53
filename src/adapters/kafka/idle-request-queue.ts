import { wrapKafkajsMethod } from './wrap-kafkajs-method.ts';

/**
 * kafkajs 2.2.4 looks at the waiting requests of each connection with a timer that it sets again whenever it fires, even
 * where nothing waits; the delay is then `-1 - Date.now()`. Node 24 warns of the negative number
 * (TimeoutNegativeWarning) and takes 1 ms instead, as every Node before it did in silence. So the warning itself is
 * harmless, but it tells of 1,000 useless timers a second and connection. We leave that timer away where nothing waits:
 * a request that has to wait sets it by itself (RequestQueue.push).
 */
export function quietIdleConnections(): void {
  const of = { module: 'kafkajs/src/network/requestQueue/index.js', method: 'scheduleCheckPendingRequests' };
  wrapKafkajsMethod<RequestQueue, void>(
    of,
    (schedule) =>
      function scheduleWhereSomethingWaits() {
        if (this.pending.length > 0) schedule.call(this);
      },
  );
}

interface RequestQueue {
  readonly pending: readonly unknown[];
}
