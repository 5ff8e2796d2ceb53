import { createRequire } from 'node:module';

/**
 * kafkajs 2.2.4 looks at the waiting requests of each connection with a timer that it sets again whenever it fires, even
 * where nothing waits; the delay is then `-1 - Date.now()`. Node 24 warns of the negative number
 * (TimeoutNegativeWarning) and takes 1 ms instead, as every Node before it did in silence. So the warning itself is
 * harmless, but it tells of 1,000 useless timers a second and connection. We leave that timer away where nothing waits:
 * a request that has to wait sets it by itself (RequestQueue.push).
 *
 * Only a method is wrapped; a kafkajs without it stays as it is, and its warning would show again.
 */
export function quietIdleConnections(): void {
  if (done) return;
  done = true;
  const RequestQueue: unknown = createRequire(import.meta.url)('kafkajs/src/network/requestQueue/index.js');
  if (typeof RequestQueue !== 'function') return;
  const prototype: Partial<RequestQueuePrototype> = RequestQueue.prototype;
  const schedule = prototype.scheduleCheckPendingRequests;
  if (schedule === undefined) return;
  prototype.scheduleCheckPendingRequests = function scheduleWhereSomethingWaits() {
    if (this.pending.length > 0) schedule.call(this);
  };
}

let done = false;

interface RequestQueuePrototype {
  readonly pending: readonly unknown[];
  scheduleCheckPendingRequests(this: RequestQueuePrototype): void;
}
