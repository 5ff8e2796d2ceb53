import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type FaultProxy, startFaultProxy } from '../../../../src/toolkit/fault-proxy/fault-proxy.ts';
import { faultProxyClient } from '../../../../src/toolkit/fault-proxy/fault-proxy-client.ts';
import { faultProxyCommand } from '../../../../src/toolkit/fault-proxy/fault-proxy-command.ts';
import type { ProxySpec } from '../../../../src/toolkit/fault-proxy/target-spec.ts';
import { startTcpServer, type TcpServer, tcpClient } from '../../../support/tcp-peers.ts';

let upstream: TcpServer;
beforeEach(async () => {
  upstream = await startTcpServer({ onData: (socket, bytes) => socket.write(bytes) });
});
afterEach(() => upstream.close());

describe('the control', () => {
  let proxy: FaultProxy;
  beforeEach(async () => {
    const targets = ['redis', 'kafka-2'].map((name) => ({ name, upstream: upstream.address }));
    proxy = await startFaultProxy({ targets });
  });
  afterEach(() => proxy.close());

  const put = (name: string, body: string) =>
    fetch(new URL(name, proxy.url), { method: 'PUT', body, headers: { 'content-type': 'application/json' } });

  it('lists the targets with what is wrong with them', async () => {
    const client = faultProxyClient(proxy.url);
    await client.set('kafka-2', { kind: 'lost_answers' });

    const shown = {
      upstream: upstream.address,
      connections: 0,
      lost: { request: 0, answer: 0 },
      touched: { chunks: 0, connections: 0 },
    };
    expect(await client.targets()).toEqual([
      { ...shown, name: 'redis', listen: proxy.addressOf('redis'), fault: null },
      { ...shown, name: 'kafka-2', listen: proxy.addressOf('kafka-2'), fault: { kind: 'lost_answers' } },
    ]);

    await client.clearAll();
    expect((await client.targets()).map(({ fault }) => fault)).toEqual([null, null]);
  });

  it.each([
    ['{"kind":"latency"}', 400, 'ms'],
    ['{"kind":"latency","ms":-1}', 400, 'ms must be >= 0'],
    ['{"kind":"latency","ms":5,"jitter":1}', 400, 'jitter'],
    ['{"kind":"flood"}', 400, 'latency, bandwidth, blackhole, timeout, reset, lost_answers, slow_close, slicer, limit'],
    ['{"kind":"bandwidth","bytesPerSecond":0}', 400, 'bytesPerSecond must be >= 1'],
    ['{"kind":"slicer","sizeBytes":4,"pauseMs":0}', 400, 'pauseMs must be >= 1'],
    ['{"kind":"limit","sizeBytes":4,"direction":"up"}', 400, 'direction'],
    ['null', 400, 'latency, bandwidth'],
    ['{"kind":', 400, 'JSON'],
  ])('refuses %s, and changes nothing', async (body, status, words) => {
    await faultProxyClient(proxy.url).set('redis', { kind: 'blackhole' });

    const answer = await put('redis', body);

    expect(answer.status).toBe(status);
    expect(await answer.json()).toMatchObject({ error: expect.stringContaining(words), code: expect.any(String) });
    expect((await faultProxyClient(proxy.url).targets())[0]?.fault).toEqual({ kind: 'blackhole' });
  });

  it('names the targets there are where it is asked for another one', async () => {
    await expect(faultProxyClient(proxy.url).clear('postgres')).rejects.toMatchObject({
      code: 'not_found',
      hint: 'one of redis, kafka-2',
    });
    expect((await put('redis/more', '{"kind":"reset"}')).status).toBe(404);
  });

  it('is told apart from nobody and from somebody else', async () => {
    const { url } = proxy;
    await proxy.close();

    await expect(faultProxyClient(url).targets()).rejects.toMatchObject({ code: 'fault_proxy_unreachable' });
  });
});

it('refuses two targets of one name, and a port that is taken, and leaves nothing listening', async () => {
  const one = { name: 'redis', upstream: upstream.address };
  await expect(startFaultProxy({ targets: [one, one] })).rejects.toMatchObject({ code: 'usage' });
  await expect(startFaultProxy({ targets: [{ ...one, listen: upstream.address }] })).rejects.toMatchObject({
    code: 'port_in_use',
    message: expect.stringContaining(upstream.address),
  });
});

describe('as a process', () => {
  let folder: string;
  let child: ChildProcess | undefined;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'fluxgate-proxy-'));
  });
  afterEach(() => {
    child?.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });

  function start(spec: ProxySpec): ChildProcess {
    const { program, args } = faultProxyCommand(join(folder, 'proxy/proxy.json'), spec);
    child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    return child;
  }

  it('says where its control is, carries, and ends by SIGTERM', async () => {
    const running = start({ targets: [{ name: 'redis', upstream: upstream.address }] });
    const [line]: unknown[] = running.stdout ? await once(running.stdout, 'data') : [];
    const { url }: { url: string } = JSON.parse(String(line));
    const [redis] = await faultProxyClient(url).targets();
    const client = await tcpClient(redis?.listen ?? '');
    const heard = once(client.socket, 'data');
    client.socket.write('hello');
    expect(String((await heard)[0])).toBe('hello');

    const ended = once(running, 'exit');
    running.kill('SIGTERM');

    expect(await ended).toEqual([0, null]);
    client.socket.destroy();
  });

  it('ends with 24 and the address where a port is taken', async () => {
    const running = start({
      control: upstream.address,
      targets: [{ name: 'redis', upstream: upstream.address }],
    });
    const said: unknown[] = [];
    running.stderr?.on('data', (text) => said.push(String(text)));

    expect(await once(running, 'close')).toEqual([24, null]);
    expect(said.join('')).toContain(upstream.address);
  });
});
