import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { experimentSchema } from '../../../../src/toolkit/chaos/experiment/experiment-schema.ts';
import {
  experimentPath,
  readExperiment,
  readExperiments,
  shippedExperiments,
} from '../../../../src/toolkit/chaos/experiment/read-experiment.ts';
import { pageWithReference } from '../../../support/schema-reference.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fluxgate-experiment-'));
});

afterAll(() => rm(folder, { recursive: true }));

const sound = `title: T
why: W
system: { mode: stack, servers: 2 }
load: smoke
steadyState:
  - { probe: http, of: every-server, min: 1 }
faults:
  - { at: 1s, for: 500ms, fault: kill, target: redis }
`;

async function read(text: string) {
  const path = join(folder, 'one.yaml');
  await writeFile(path, text);
  return readExperiment(path);
}

/** What is said of a sound experiment in which `from` stands for `to`. */
async function refusal(from: string, to: string): Promise<string> {
  const text = sound.replace(from, to);
  expect(text).not.toBe(sound);
  const error = await read(text).then(
    () => new Error('it was read'),
    (cause: Error) => cause,
  );
  return error.message.replaceAll(`${folder}/`, '');
}

describe('an experiment', () => {
  it('has every default filled in', async () => {
    const experiment = await read(sound);

    expect(experiment).toMatchObject({
      name: 'one',
      seed: 1,
      system: { mode: 'stack', servers: 2, workers: 2, variants: [], proxied: false, ways: [] },
      recoverWithinMs: 30_000,
      verify: { waitMs: 60_000, maxRevoked: 0 },
      expected: { verdict: 'passed' },
    });
    expect(experiment.steadyState[0]).toMatchObject({ tolerance: { min: 1, max: null } });
    expect([...(experiment.steadyState[0]?.check ?? [])]).toEqual(['before', 'during', 'after']);
    expect(experiment.faults).toMatchObject([{ atMs: 1_000, forMs: 500, target: 'redis', parameters: {} }]);
  });

  it('asks for the proxy where a fault is of the network', async () => {
    const everybody = await read(sound.replace('fault: kill', 'fault: blackhole'));
    const one = await read(sound.replace('fault: kill, target: redis', 'fault: blackhole, target: server-1>redis'));

    expect(everybody.system).toMatchObject({ proxied: true, ways: [] });
    expect(one.system).toMatchObject({ proxied: false, ways: ['server-1>redis'] });
  });

  it('lets servers load what shifts their clocks where a fault does so', async () => {
    const jump = 'fault: clock_jump, target: server-1, parameters: { ms: 1000 }';

    expect((await read(sound)).system.clocks).toBe(false);
    expect((await read(sound.replace('fault: kill, target: redis', jump))).system.clocks).toBe(true);
  });

  it('may aim at the Redis that leads at that moment', async () => {
    const { faults } = await read(sound.replace('target: redis', 'target: redis-primary'));

    expect(faults[0]?.target).toBe('redis-primary');
  });

  it('runs servers with the settings that it names', async () => {
    const { system } = await read(sound.replace('servers: 2', 'settings: { serverLeaseMs: 3000 }'));

    expect(system.env).toEqual({ FLUXGATE_SERVER_LEASE_MS: '3000' });
  });

  it.each([
    [
      'steadyState:',
      'steadState:',
      'one.yaml:5:1 the experiment has an unknown key "steadState"; did you mean "steadyState"?',
    ],
    ['fault: kill', 'fault: kil', 'one.yaml:8:27 faults.0.fault must be'],
    ['fault: kill', 'fault: kil', 'did you mean "kill"?'],
    ['target: redis', 'target: redis-2', 'one.yaml:8:40 faults.0.target: there is no redis-2; did you mean "redis"?'],
    ['target: redis', 'target: proxy', 'faults.0.target: there is no proxy'],
    ['target: redis', 'target: server-1>redis', 'kill is done to a part, not to the way between two'],
    [
      'fault: kill, target: redis',
      'fault: blackhole, target: server-1',
      'blackhole needs the way to it: buyers>server-1',
    ],
    ['fault: kill, target: redis', 'fault: blackhole, target: server-1>kafka', 'there is no such way'],
    ['fault: kill, target: redis', 'fault: blackhole, target: redis-primary', 'blackhole needs the way to it'],
    ['fault: kill, target: redis', 'fault: clock_jump, target: server-1', 'faults.0 must have required properties'],
    ['mode: stack, servers: 2', 'mode: embedded, servers: 2', 'system.servers: means nothing embedded'],
    ['servers: 2', 'settings: { serverLeaseM: 1 }', 'is no setting; did you mean "serverLeaseMs"?'],
    ['servers: 2', 'settings: { serverLeaseMs: fast }', 'system.settings.serverLeaseMs: must be'],
    ['of: every-server, min: 1', 'of: every-server', 'steadyState.0: says not what is normal'],
    ['min: 1', 'min: 1, max: 0.5', 'steadyState.0.min: is above max'],
    ['at: 1s', 'at: 100s', 'make the load longer'],
    ['load: smoke', 'load: smok', 'one.yaml:4:1 load: there is no file '],
    ['load: smoke', 'load: smok', 'and no scenario "smok" that ships; did you mean "smoke"?'],
    ['load: smoke', 'load: { title: T }', 'load must have required properties'],
    ['for: 500ms', 'for: soon', 'faults.0.for must match pattern'],
    [
      '  - { at: 1s, for: 500ms, fault: kill, target: redis }',
      '  []',
      'only a planted defect makes an experiment without',
    ],
    ['why: W', 'why: W\nexpected: { verdict: violated, because: B }', 'says not which invariant'],
    [
      'why: W',
      'why: W\nexpected: { verdict: deviated, invariant: limits, because: B }',
      'only goes with verdict: violated',
    ],
  ])('is refused at its line where %s is %s', async (from, to, said) => {
    expect(await refusal(from, to)).toContain(said);
  });
});

describe('the experiments that ship', () => {
  it('are all sound, and each says what it teaches', async () => {
    const experiments = await readExperiments([]);

    expect(experiments.length).toBe(shippedExperiments().length);
    expect(experiments.filter(({ why }) => why.length < 80).map(({ name }) => name)).toEqual([]);
  });

  it('name their schema, so that editors complete them', async () => {
    for (const name of shippedExperiments())
      expect(await readFile(experimentPath(name), 'utf8')).toMatch(
        /^# yaml-language-server: \$schema=\.\.\/docs\/schemas\//,
      );
  });
});

describe('the published schema of experiments', () => {
  it('is the one that the reader checks with (vitest -u writes it anew)', async () => {
    const schema = { $schema: 'https://json-schema.org/draft/2020-12/schema', ...experimentSchema };

    await expect(`${JSON.stringify(schema, null, 2)}\n`).toMatchFileSnapshot(
      '../../../../docs/schemas/experiment.schema.json',
    );
  });

  it('is the reference on the page about chaos (vitest -u writes it anew)', async () => {
    const page = new URL('../../../../docs/chaos.md', import.meta.url);

    await expect(await pageWithReference(page, 'experiment', experimentSchema)).toMatchFileSnapshot(page.pathname);
  });
});

test('a name that nothing has is told of with the nearest that ships', () => {
  expect(() => experimentPath('server-kiled')).toThrow(
    expect.objectContaining({
      code: 'experiment_invalid',
      hint: 'did you mean server-killed? fluxgate chaos list names them all',
    }),
  );
});
