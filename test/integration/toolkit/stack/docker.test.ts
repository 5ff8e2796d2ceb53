// @module-tag docker
// @module-tag redis
// @module-tag kafka
// @module-tag linux
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, unlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cacheFolder } from '../../../../src/toolkit/stack/cache-folder.ts';
import { findProgram } from '../../../../src/toolkit/stack/native/find-program.ts';
import { readStackFile, type StackService, stackFilePath } from '../../../../src/toolkit/stack/stack-file.ts';
import type { StackImages } from '../../../../src/toolkit/stack/stack-provider.ts';
import { runCli } from '../../../support/cli.ts';
import { localImages } from '../../../support/docker-images.ts';

describe('a stack of containers', () => {
  let folder: string;
  /** Undefined where no test runs: the hooks do so all the same. */
  let images: StackImages | undefined;
  const stackDir = () => join(folder, 'stack');

  beforeAll(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'fluxgate-docker-')));
  });
  afterAll(async () => {
    if (images !== undefined) await stack('down');
    rmSync(folder, { recursive: true, force: true });
  });

  async function imageSettings() {
    images ??= await localImages(cacheFolder(process.env.FLUXGATE_CACHE_DIR));
    return {
      FLUXGATE_STACK_IMAGES_REDIS: images.redis,
      FLUXGATE_STACK_IMAGES_KAFKA: images.kafka,
      FLUXGATE_STACK_IMAGES_POSTGRES: images.postgres,
    };
  }

  async function stack(...words: readonly string[]) {
    const { code, stdout, stderr } = await runCli(['stack', ...words, '--json'], {
      cwd: folder,
      deadlineMs: 180_000,
      env: { FLUXGATE_MODE: 'stack', FLUXGATE_STACK_DIR: stackDir(), ...(await imageSettings()) },
    });
    return { code, stderr, said: stdout === '' ? null : JSON.parse(stdout) };
  }

  const services = () => readStackFile(stackDir())?.services ?? [];

  it('answers on the loopback only, is mended by up, keeps what it is told to, and is ended also without its file', async () => {
    const up = await stack('up', '--provider', 'docker');
    expect(up.code, up.stderr).toBe(0);
    const first = services();
    expect((await stack('status')).said).toEqual(up.said);
    expect(up.said.services).toEqual(
      ['redis', 'kafka', 'postgres'].map((name) => {
        const service = first.find((one) => one.name === name);
        return {
          name,
          kind: 'docker',
          address: `127.0.0.1:${service?.port}`,
          containerId: expect.stringMatching(/^[0-9a-f]{64}$/),
          healthy: true,
        };
      }),
    );
    expect(new Set(containers('{{.HostConfig.PortBindings}}').flatMap(hostAddresses))).toEqual(new Set(['127.0.0.1']));
    await sql(first, 'create table kept (n int)');
    const logs = await stack('logs', 'kafka');
    expect(logs.said.logs[0].lines.join('\n')).toContain('Kafka Server started');

    // one dead, one that does not answer: both start again where they were, with what they had
    docker('kill', idOf(first, 'redis'));
    docker('pause', idOf(first, 'postgres'));
    expect((await stack('status')).said.services).toMatchObject([
      { name: 'redis', healthy: false, why: 'its container has gone' },
      { name: 'kafka', healthy: true },
      { name: 'postgres', healthy: false, why: expect.stringContaining('does not answer') },
    ]);
    const mended = await stack('up');
    expect(mended.code, mended.stderr).toBe(0);
    expect(services().map(({ port }) => port)).toEqual(first.map(({ port }) => port));
    expect(idOf(services(), 'kafka')).toBe(idOf(first, 'kafka'));
    expect(await sql(services(), 'select count(*)::int as n from kept')).toEqual([{ n: 0 }]);

    expect((await stack('down', '--keep')).said).toEqual({ ended: ['redis', 'kafka', 'postgres'] });
    expect(containers('{{.Id}}')).toEqual([]);
    const other = await stack('up', '--provider', 'native');
    expect(JSON.stringify(other.said)).toContain('made by stack up --provider docker');
    const again = await stack('up');
    expect(again.code, again.stderr).toBe(0);
    expect(await sql(services(), 'select count(*)::int as n from kept')).toEqual([{ n: 0 }]);

    // whoever loses the file, or the whole folder, has lost neither containers nor volumes
    unlinkSync(stackFilePath(stackDir()));
    rmSync(stackDir(), { recursive: true });
    expect((await stack('down')).said).toEqual({ ended: ['redis', 'kafka', 'postgres'] });
    expect(containers('{{.Id}}')).toEqual([]);
    expect(docker('volume', 'ls', '-q', '--filter', `label=fluxgate.stack=${stackDir()}`)).toBe('');
    expect(existsSync(stackDir())).toBe(false);
  }, 300_000);

  it('leaves nothing behind where an image does not exist, and says how to see why', async () => {
    const { code, stderr } = await runCli(['stack', 'up', '--provider', 'docker'], {
      cwd: folder,
      env: {
        FLUXGATE_STACK_DIR: stackDir(),
        ...(await imageSettings()),
        FLUXGATE_STACK_IMAGES_POSTGRES: 'localhost:1/no-such-image:1',
      },
    });

    expect(code).toBe(24);
    expect(stderr).toContain('docker pull localhost:1/no-such-image:1');
    expect(containers('{{.Id}}')).toEqual([]);
    expect(existsSync(stackDir())).toBe(false);
  });

  it('is what auto takes where this machine has no Java', async () => {
    const programs = join(folder, 'programs');
    mkdirSync(programs);
    for (const name of ['node', 'redis-server', 'docker']) {
      const found = findProgram(name);
      if (found !== undefined) symlinkSync(found, join(programs, name));
    }
    const { code, stderr } = await runCli(['stack', 'up'], {
      cwd: folder,
      env: {
        PATH: programs,
        JAVA_HOME: '',
        FLUXGATE_STACK_DIR: stackDir(),
        FLUXGATE_STACK_IMAGES_REDIS: 'localhost:1/no-such-image:1',
      },
    });

    expect(code).toBe(24);
    expect(stderr).toContain('pulling localhost:1/no-such-image:1');
  });

  function containers(format: string): readonly string[] {
    const ids = docker('ps', '-aq', '--filter', `label=fluxgate.stack=${stackDir()}`);
    return ids === '' ? [] : docker('inspect', '--format', format, ...ids.split('\n')).split('\n');
  }
});

function hostAddresses(bindings: string): readonly string[] {
  return [...bindings.matchAll(/\{(\S*) \d+\}/g)].map(([, address = '']) => address);
}

function idOf(services: readonly StackService[], name: string): string {
  const service = services.find((one) => one.name === name);
  return service?.kind === 'docker' ? service.containerId : '';
}

async function sql(services: readonly StackService[], text: string): Promise<unknown> {
  const service = services.find((one) => one.name === 'postgres');
  if (service === undefined) throw new Error('no postgres in the stack');
  const { host, port, user, password, database } = service;
  const client = new Client({ host, port, user, password, database });
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}

function docker(...args: readonly string[]): string {
  return execFileSync('docker', args, { encoding: 'utf8' }).trim();
}
