// @module-tag redis
// @module-tag kafka
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import type { Admin } from 'kafkajs';
import { Client } from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { stackParts } from '../../../../src/compose-stack.ts';
import type { ServiceName } from '../../../../src/toolkit/stack/service-name.ts';
import { stackDown } from '../../../../src/toolkit/stack/stack-down.ts';
import { type NativeService, type StackService, stackFilePath } from '../../../../src/toolkit/stack/stack-file.ts';
import { stackLogs } from '../../../../src/toolkit/stack/stack-logs.ts';
import { stackStatus } from '../../../../src/toolkit/stack/stack-status.ts';
import { bareKafka } from '../../../support/bare-kafka.ts';
import { eventually } from '../../../support/eventually.ts';
import { isRunning, pauseProcess } from '../../../support/process-state.ts';
import { type ThrowawayStack, throwawayStack } from '../../../support/throwaway-stack.ts';

let stack: ThrowawayStack;
beforeEach(() => {
  stack = throwawayStack();
});
afterEach(() => stack.remove());

/** Of a stack without variants. */
const plainNames = ['redis', 'kafka', 'postgres'] as const;

function of(services: readonly NativeService[], name: ServiceName): NativeService {
  const service = services.find((one) => one.name === name);
  if (service === undefined) throw new Error(`no ${name} in the stack`);
  return service;
}

const status = () => stackStatus(stack.stackDir, stackParts);
const down = (keep = false) => stackDown({ stackDir: stack.stackDir, keep, parts: stackParts });

async function redisSettings({ host, port }: StackService): Promise<Record<string, string>> {
  const redis = new Redis({ host, port, lazyConnect: true });
  await redis.connect();
  try {
    const found = await Promise.all(
      ['save', 'appendonly', 'maxmemory-policy'].map((name) => redis.config('GET', name) as Promise<[string, string]>), // RESP2
    );
    return Object.fromEntries(found);
  } finally {
    redis.disconnect();
  }
}

async function withTopics<Result>(
  { host, port }: StackService,
  use: (admin: Admin) => Promise<Result>,
): Promise<Result> {
  const admin = bareKafka({ brokers: [`${host}:${port}`] }).admin();
  await admin.connect();
  try {
    return await use(admin);
  } finally {
    await admin.disconnect();
  }
}

async function sql({ host, port, user, password, database }: StackService, text: string): Promise<unknown> {
  const client = new Client({ host, port, user, password, database });
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}

describe('a stack that is up', () => {
  it('answers, survives a second up, is mended where it is ill, keeps what it is told to, and leaves nothing behind', async () => {
    const first = await stack.up();

    expect(await status()).toEqual(
      plainNames.map((name) => {
        const { host, port, pid } = of(first, name);
        return { name, kind: 'native', address: `${host}:${port}`, pid, healthy: true };
      }),
    );
    expect(statSync(stackFilePath(stack.stackDir)).mode & 0o777).toBe(0o600);
    expect(await redisSettings(of(first, 'redis'))).toEqual({
      save: '',
      appendonly: 'no',
      'maxmemory-policy': 'noeviction',
    });
    await withTopics(of(first, 'kafka'), (admin) => admin.createTopics({ topics: [{ topic: 'kept' }] }));
    await sql(of(first, 'postgres'), 'create table kept (n int)');
    const { logs } = await stackLogs(stack.stackDir, ['kafka'], 20, stackParts);
    expect(logs[0]?.lines.join('\n')).toContain('Kafka Server started');

    expect(await stack.up()).toEqual(first);

    // one dead, one that does not answer, one well
    process.kill(of(first, 'redis').pid, 'SIGKILL');
    await pauseProcess(of(first, 'postgres').pid);
    await eventually('redis has gone', () => !isRunning(of(first, 'redis').pid));
    expect(await status()).toMatchObject([
      { name: 'redis', healthy: false, why: expect.stringContaining('has gone') },
      { name: 'kafka', healthy: true },
      { name: 'postgres', healthy: false, why: expect.stringContaining('does not answer') },
    ]);

    const mended = await stack.up();

    expect((await status()).every(({ healthy }) => healthy)).toBe(true);
    expect(mended.map(({ port }) => port)).toEqual(first.map(({ port }) => port));
    expect(of(mended, 'kafka')).toEqual(of(first, 'kafka'));
    expect(of(mended, 'redis').pid).not.toBe(of(first, 'redis').pid);
    expect(isRunning(of(first, 'postgres').pid)).toBe(false);

    // whoever works with a service that is well does not notice
    const { host, port, user, password, database } = of(mended, 'postgres');
    const busy = new Client({ host, port, user, password, database });
    await busy.connect();
    await pauseProcess(of(mended, 'redis').pid);
    const mendedAgain = await stack.up();
    expect((await busy.query('select 1 as n')).rows).toEqual([{ n: 1 }]);
    await busy.end();
    expect(isRunning(of(mended, 'redis').pid)).toBe(false);

    expect(await down(true)).toEqual(plainNames);
    expect(mendedAgain.filter(({ pid }) => isRunning(pid))).toEqual([]);
    await expect(status()).rejects.toMatchObject({
      code: 'stack_not_running',
      hint: expect.stringContaining('stack up'),
    });

    const again = await stack.up();

    expect(await withTopics(of(again, 'kafka'), (admin) => admin.listTopics())).toContain('kept');
    expect(await sql(of(again, 'postgres'), 'select count(*)::int as n from kept')).toEqual([{ n: 0 }]);

    // the file of somebody else's version is refused, and down works without it
    writeFileSync(stackFilePath(stack.stackDir), '{"version":999}');
    await expect(stack.up()).rejects.toMatchObject({
      code: 'stack_file_unusable',
      hint: expect.stringContaining('stack down'),
    });
    expect(await down()).toEqual(plainNames);
    expect(again.filter(({ pid }) => isRunning(pid))).toEqual([]);
    expect(existsSync(stack.stackDir)).toBe(false);
    expect(await down()).toEqual([]);
  });
});

describe('a start that does not come to its end', () => {
  it('undoes everything when it is interrupted', async () => {
    const interrupt = new AbortController();
    const redisPid = join(stack.stackDir, 'redis.pid');
    const pids: number[] = [];

    const starting = stack.up({
      signal: interrupt.signal,
      onProgress: (name, what) => {
        if (name !== 'redis' || !what.startsWith('ready')) return;
        pids.push(Number.parseInt(readFileSync(redisPid, 'utf8'), 10));
        interrupt.abort();
      },
    });

    await expect(starting).rejects.toMatchObject({ code: 'interrupted' });
    expect(pids).toHaveLength(1);
    expect(pids.filter(isRunning)).toEqual([]);
    expect(existsSync(stack.stackDir)).toBe(false);
  });

  it('is ended by down when its starter was killed, and nobody else may change the folder meanwhile', async () => {
    const script = `
      import { stackUp } from ${JSON.stringify(new URL('../../../../src/toolkit/stack/stack-up.ts', import.meta.url).href)};
      import { stackParts } from ${JSON.stringify(new URL('../../../../src/compose-stack.ts', import.meta.url).href)};
      await stackUp({ stackDir: ${JSON.stringify(stack.stackDir)}, cacheDir: ${JSON.stringify(stack.cacheDir)},
        parts: stackParts, onProgress: () => {} });`;
    const starter = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: 'ignore' });
    const redisPid = join(stack.stackDir, 'redis.pid');
    await eventually('redis has been started', () => existsSync(redisPid) && readFileSync(redisPid, 'utf8') !== '');
    await expect(stack.up()).rejects.toMatchObject({ code: 'stack_busy' });
    starter.kill('SIGKILL');
    await eventually('the starter has gone', () => starter.signalCode !== null);
    const pid = Number.parseInt(readFileSync(redisPid, 'utf8'), 10);
    expect(isRunning(pid)).toBe(true);
    await expect(status()).rejects.toMatchObject({ message: expect.stringContaining('halfway: redis') });

    expect(await down()).toContain('redis');

    expect(isRunning(pid)).toBe(false);
    expect(existsSync(stack.stackDir)).toBe(false);
  });
});
