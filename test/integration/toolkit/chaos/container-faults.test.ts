// @module-tag docker
// @module-tag redis
// @module-tag linux
import { totalmem } from 'node:os';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { cacheFolder } from '../../../../src/toolkit/stack/cache-folder.ts';
import { requireDocker } from '../../../../src/toolkit/stack/docker/docker-daemon.ts';
import { aPart, aRun, type FaultRun, faultNamed, undoTools } from '../../../support/chaos-run.ts';
import { localRedisImage } from '../../../support/docker-images.ts';

type Container = ReturnType<Awaited<ReturnType<typeof requireDocker>>['container']['getById']>;

let container: Container | undefined;
let run: FaultRun;
const startedAgain: string[] = [];
const tools = undoTools({
  sameRunner: false,
  async startAgain({ name }) {
    startedAgain.push(name);
  },
});

beforeEach(async () => {
  startedAgain.length = 0;
  const docker = await requireDocker();
  const image = await localRedisImage(cacheFolder(process.env.FLUXGATE_CACHE_DIR));
  container = await docker.container.dockerode.createContainer({ Image: image, Cmd: ['--save', ''] });
  await container.start();
  run = aRun({ target: aPart({ kind: 'redis', name: 'redis', stackDir: '/nowhere', containerId: container.id }) });
}, 60_000);

afterEach(async () => {
  await container?.remove({ force: true, v: true });
});

async function state() {
  const { State, HostConfig } = (await container?.inspect()) ?? {};
  return { running: State?.Running, paused: State?.Paused, memory: HostConfig?.Memory };
}

/** Prepared, written down and read again, as a journal does it. */
async function injected(name: string, parameters: Readonly<Record<string, unknown>> = {}) {
  const fault = faultNamed(name);
  const context = run(parameters);
  const note: unknown = JSON.parse(JSON.stringify(await fault.prepare(context)));
  const evidence = await fault.inject(context, note);
  return { evidence, undo: () => fault.undo(note, tools) };
}

test('a paused container stands still until the undo, which may come twice', async () => {
  const { evidence, undo } = await injected('pause');

  expect(evidence).toMatchObject({ seen: true });
  expect(await state()).toMatchObject({ running: true, paused: true });
  await undo();
  await undo();
  expect(await state()).toMatchObject({ running: true, paused: false });
});

test.each(['kill', 'restart'])('%s ends a container, and the undo starts its part again', async (name) => {
  const { evidence, undo } = await injected(name);

  expect(evidence).toMatchObject({ seen: true });
  expect(await state()).toMatchObject({ running: false });
  await undo();
  expect(startedAgain).toEqual(['redis']);
});

test('a container gets so much memory, and all of the machine’s after the undo', async () => {
  const { evidence, undo } = await injected('memory_limit', { spareMb: 64 });

  expect(evidence).toMatchObject({ seen: true });
  expect(await state()).toMatchObject({ memory: 70 * 1024 * 1024 });
  await undo();
  expect((await state()).memory).toBe(totalmem());
  expect(startedAgain).toEqual(['redis']);
});
