import { createRequire } from 'node:module';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { endFetchersOfStopped } from '../../../../src/adapters/kafka/stopped-fetchers.ts';

/** Of kafkajs, as far as this file uses it. */
interface Runner {
  start(): Promise<void>;
  stop(): Promise<void>;
}
const RunnerOfKafkajs: new (options: object) => Runner = createRequire(import.meta.url)(
  'kafkajs/src/consumer/runner.js',
);

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Without the mend the event loop would stand for ever, and this test with it. */
const enough = 1_000;

/** A consumer of three brokers, the first of which answers at once and the others after half a second. */
function aRunner() {
  let nodeIds = ['1', '2', '3'];
  let inVain = 0;
  const logger = {
    namespace: () => logger,
    info() {},
    debug(message: string) {
      if (!message.includes('not running')) return;
      inVain += 1;
      if (inVain >= enough) throw new Error('fetches without an end');
    },
  };
  const consumerGroup = {
    getNodeIds: () => nodeIds,
    async connect() {},
    async joinAndSync() {},
    async leave() {},
    async heartbeat() {},
    fetch: (nodeId: string) => new Promise((answer) => setTimeout(answer, nodeId === '1' ? 50 : 500, [])),
  };
  const crashes: unknown[] = [];
  const onCrash = (error: unknown) => crashes.push(error);
  const runner = new RunnerOfKafkajs({
    logger,
    consumerGroup,
    instrumentationEmitter: { emit() {} },
    concurrency: 1,
    heartbeatInterval: 3_000,
    onCrash,
  });
  return {
    runner,
    crashes,
    inVain: () => inVain,
    brokerComes() {
      nodeIds = [...nodeIds, '4'];
    },
  };
}

it('ends a consumer that is stopped while its fetchers are made anew for a broker that came', async () => {
  endFetchersOfStopped();
  const { runner, crashes, inVain, brokerComes } = aRunner();
  await runner.start();
  await vi.advanceTimersByTimeAsync(110);
  brokerComes();
  await vi.advanceTimersByTimeAsync(100); // the first has seen it, and waits for the others

  const stopped = runner.stop();
  await vi.advanceTimersByTimeAsync(500);

  await stopped;
  expect(inVain()).toBeLessThan(10);
  expect(crashes).toEqual([]);
});

it('leaves a consumer alone that runs', async () => {
  endFetchersOfStopped();
  const { runner, inVain, brokerComes } = aRunner();
  await runner.start();
  brokerComes();
  await vi.advanceTimersByTimeAsync(10_000);
  expect(inVain()).toBe(0);

  const stopped = runner.stop();
  await vi.advanceTimersByTimeAsync(500);

  await stopped;
});
