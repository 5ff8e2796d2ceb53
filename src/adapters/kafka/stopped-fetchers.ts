import { wrapKafkajsMethod } from './wrap-kafkajs-method.ts';

/**
 * kafkajs 2.2.4 has a fetcher for each broker. Where a broker comes or goes it waits for all of them and makes new ones, and so
 * it does where the consumer was stopped meanwhile: nobody tells the new ones, their fetches have nothing to say at once, and
 * they ask for ever without a turn of the event loop. The whole process then stands, at full speed: no timer, no signal and
 * no other consumer gets a turn, and only a kill ends it. (Seen once in nine stops within seconds of a broker's death or return.)
 *
 * So a fetch of a consumer that was stopped ends the fetchers.
 */
export function endFetchersOfStopped(): void {
  wrapKafkajsMethod<Runner, Promise<unknown>, [nodeId: string]>(
    { module: 'kafkajs/src/consumer/runner.js', method: 'fetch' },
    (fetch) =>
      function fetchUntilStopped(nodeId) {
        // Not awaited: it waits for the end of this very fetch.
        if (!this.running) void this.fetchManager.stop();
        return fetch.call(this, nodeId);
      },
  );
}

/** Of kafkajs: what reads for one consumer. */
interface Runner {
  readonly running: boolean;
  readonly fetchManager: { stop(): Promise<void> };
}
