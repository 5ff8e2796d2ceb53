import { pino } from 'pino';
import { expect, test } from 'vitest';
import { FluxError } from '../../../../src/engine/domain/flux-error.ts';
import { WorkerCrew } from '../../../../src/server/workers/worker-crew.ts';
import type { WorkerEnd, WorkerProcess } from '../../../../src/server/workers/worker-process.ts';
import { eventually } from '../../../support/eventually.ts';

/** A worker without a process: what it is told is remembered, and it does what the test says. */
function aWorker(number: number, pid: number) {
  const ready = Promise.withResolvers<string>();
  const ended = Promise.withResolvers<WorkerEnd>();
  ready.promise.catch(() => {});
  const told: string[] = [];
  const process: WorkerProcess = {
    pid,
    ready: ready.promise,
    ended: ended.promise,
    kill: (signal) => void told.push(signal),
    retire: () => void told.push('retire'),
  };
  return {
    number,
    process,
    told,
    isReady: () => ready.resolve('http://127.0.0.1:3000'),
    end(how: WorkerEnd = { code: 1, signal: null }) {
      ready.reject(new FluxError('port_in_use', 'Port 3000 is in use'));
      ended.resolve(how);
    },
  };
}

/** A crew whose time passes when something sleeps: `slept` says how long. */
function aCrew(count: number) {
  const workers: ReturnType<typeof aWorker>[] = [];
  const slept: number[] = [];
  const urls: string[] = [];
  let nowMs = 0;
  const crew = new WorkerCrew({
    count,
    log: pino({ level: 'silent' }),
    stopLimitMs: 777,
    start({ number }) {
      const worker = aWorker(number, 100 + workers.length);
      workers.push(worker);
      return worker.process;
    },
    clock: {
      nowMs: () => nowMs,
      sleep(ms, signal) {
        // limits never run out by themselves
        if (ms === 60_000 || ms === 777) return new Promise((done) => signal.addEventListener('abort', () => done()));
        slept.push(ms);
        return Promise.resolve();
      },
    },
    onUrl: (url) => void urls.push(url),
  });
  const started = (many: number) => eventually(`${many} workers are started`, () => workers.length >= many);
  return {
    crew,
    workers,
    slept,
    urls,
    started,
    pass(ms: number) {
      nowMs += ms;
    },
    async serving() {
      const whole = crew.start();
      for (let n = 0; n < count; n += 1) {
        await started(n + 1);
        workers[n]?.isReady();
      }
      await whole;
    },
  };
}

test('starts the others once the first one is ready, and says the address once', async () => {
  const { crew, workers, urls, started } = aCrew(3);

  const whole = crew.start();
  await started(1);
  expect(workers).toHaveLength(1);
  workers[0]?.isReady();
  await started(3);
  for (const worker of workers) worker.isReady();
  await whole;

  expect(urls).toEqual(['http://127.0.0.1:3000']);
});

test('gives up with what the first worker said, and starts no other', async () => {
  const { crew, workers, started } = aCrew(3);

  const whole = crew.start();
  await started(1);
  workers[0]?.end();

  await expect(whole).rejects.toMatchObject({ code: 'port_in_use' });
  expect(workers).toHaveLength(1);
});

test('replaces one that dies: at once at first, then after longer and longer pauses', async () => {
  const { workers, slept, serving, started } = aCrew(1);
  await serving();

  for (let death = 1; death <= 9; death += 1) {
    workers.at(-1)?.end();
    await started(death + 1);
    workers.at(-1)?.isReady();
    await eventually('it is ready', () => slept.length >= death);
  }

  expect(slept).toEqual([100, 200, 400, 800, 1_600, 3_200, 5_000, 5_000, 5_000]);
});

test('forgets deaths of workers that had lived for long', async () => {
  const { workers, slept, serving, started, pass } = aCrew(1);
  await serving();

  pass(60_000);
  workers[0]?.end();
  await started(2);

  expect(slept).toEqual([0]);
});

test('is broken when nobody is left and none starts any more, and not while others answer', async () => {
  const { crew, workers, serving, started } = aCrew(2);
  await serving();
  let broken: unknown;
  crew.broken.catch((error: unknown) => {
    broken = error;
  });

  workers[0]?.end();
  for (let failed = 1; failed <= 12; failed += 1) {
    await started(2 + failed);
    workers.at(-1)?.end();
  }
  expect(broken).toBeUndefined();
  workers[1]?.end();
  for (let failed = 1; failed <= 40 && broken === undefined; failed += 1) {
    const before = workers.length;
    for (const worker of workers) worker.end();
    await eventually('the next is tried', () => workers.length > before || broken !== undefined);
  }

  expect(broken).toMatchObject({ code: 'port_in_use' });
});

test('restarts one after another: each successor is ready before the present one is told to leave', async () => {
  const { crew, workers, serving, started } = aCrew(2);
  await serving();

  const rolled = crew.roll();
  await started(3);
  expect(workers.slice(0, 2).map(({ told }) => told)).toEqual([[], []]);
  workers[2]?.isReady();
  await eventually('the first one is told', () => workers[0]?.told.length === 1);
  expect(workers).toHaveLength(3); // the second one waits until the first is gone
  workers[0]?.end({ code: 0, signal: null });
  await started(4);
  workers[3]?.isReady();
  await eventually('the second one is told', () => workers[1]?.told.length === 1);
  workers[1]?.end({ code: 0, signal: null });
  await rolled;

  expect(workers.map(({ number, told }) => [number, ...told])).toEqual([[1, 'retire'], [2, 'retire'], [1], [2]]);
});

test('keeps who is there where a successor does not start', async () => {
  const { crew, workers, serving, started } = aCrew(2);
  await serving();

  const rolled = crew.roll();
  await started(3);
  workers[2]?.end();
  await rolled;

  expect(workers.flatMap(({ told }) => told)).toEqual([]);
});

test('replaces one that dies while its successor is being started, once', async () => {
  const { crew, workers, serving, started } = aCrew(1);
  await serving();

  const rolled = crew.roll();
  await started(2);
  workers[0]?.end();
  workers[1]?.isReady();
  await rolled;

  expect(workers).toHaveLength(2);
  void crew.stop();
  expect(workers[1]?.told).toEqual(['SIGTERM']);
});

test('tells everybody to stop, those who are starting too, and replaces nobody then', async () => {
  const { crew, workers, serving, started } = aCrew(2);
  await serving();
  void crew.roll();
  await started(3);

  const stopped = crew.stop();
  for (const worker of workers) worker.end({ code: 0, signal: null });
  await stopped;

  expect(workers.map(({ told }) => told)).toEqual([['SIGTERM'], ['SIGTERM'], ['SIGTERM']]);
  expect(workers).toHaveLength(3);
});
