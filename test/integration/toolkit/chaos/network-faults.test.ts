import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ChaosLink } from '../../../../src/toolkit/chaos/system/chaos-system.ts';
import { type FaultProxy, startFaultProxy } from '../../../../src/toolkit/fault-proxy/fault-proxy.ts';
import { faultProxyClient } from '../../../../src/toolkit/fault-proxy/fault-proxy-client.ts';
import { aRun, type FaultRun, faultNamed, undoTools } from '../../../support/chaos-run.ts';
import { eventually } from '../../../support/eventually.ts';

let upstream: Server;
let proxy: FaultProxy;
let run: FaultRun;

beforeEach(async () => {
  upstream = createServer((socket) => socket.on('error', () => {}).pipe(socket));
  upstream.listen(0, '127.0.0.1');
  await once(upstream, 'listening');
  const { port } = upstream.address() as AddressInfo; // it listens on TCP
  proxy = await startFaultProxy({ targets: [{ name: 'echo', upstream: `127.0.0.1:${port}` }] });
  const link: ChaosLink = { kind: 'link', name: 'echo', controlUrl: proxy.url, proxyTarget: 'echo' };
  run = aRun({ target: link });
});

afterEach(async () => {
  await proxy.close();
  upstream.close();
});

/** Says hello on a connection of its own. */
function say() {
  const socket = connect(Number(proxy.addressOf('echo').split(':')[1]), '127.0.0.1');
  let heard = '';
  socket.on('data', (piece: Buffer) => {
    heard += piece.toString();
  });
  socket.on('error', () => {});
  socket.write('hello');
  return { socket, heard: () => heard };
}

test.each([
  ['latency', { ms: 20, jitterMs: 5 }],
  ['bandwidth', { bytesPerSecond: 50 }],
  ['blackhole', {}],
  ['timeout', { ms: 10 }],
  ['reset', {}],
  ['lost_answers', {}],
  ['slicer', { sizeBytes: 2 }],
  ['limit', { sizeBytes: 3 }],
])('%s is seen once somebody came by, and gone after the undo of another runner', async (name, parameters) => {
  const fault = faultNamed(name);
  const context = run(parameters);
  const note: unknown = JSON.parse(JSON.stringify(await fault.prepare(context)));

  expect(await fault.inject(context, note)).toMatchObject({ seen: false });
  const first = say();
  await eventually('the proxy did something', async () => (await fault.look?.(context, note))?.seen === true);
  await fault.undo(note, undoTools({ sameRunner: false }));

  const second = say();
  await eventually('the echo comes', () => second.heard() === 'hello');
  for (const { socket } of [first, second]) socket.destroy();
});

test('a slow close is seen once somebody goes', async () => {
  const fault = faultNamed('slow_close');
  const context = run({ ms: 60_000 });
  const note = await fault.prepare(context);
  await fault.inject(context, note);

  const one = say();
  await eventually('the echo comes', () => one.heard() === 'hello');
  expect(await fault.look?.(context, note)).toMatchObject({ seen: false });
  one.socket.end();

  await eventually('the end is held', async () => (await fault.look?.(context, note))?.seen === true);
  await fault.undo(note, undoTools());
});

test('what is drawn depends on the seed of the experiment, unless the fault names its own', async () => {
  const fault = faultNamed('latency');
  const seedNow = async () => (await faultProxyClient(proxy.url).targets())[0]?.fault;

  await fault.inject({ ...run({ ms: 1 }), chance: () => 0.5 }, await fault.prepare(run({ ms: 1 })));
  expect(await seedNow()).toMatchObject({ seed: 2 ** 30 });
  await fault.inject({ ...run({ ms: 1, seed: 7 }), chance: () => 0.5 }, await fault.prepare(run({ ms: 1 })));
  expect(await seedNow()).toMatchObject({ seed: 7 });
});

test('a proxy that went with its runner has nothing to undo', async () => {
  const fault = faultNamed('reset');
  const note = { controlUrl: proxy.url, proxyTarget: 'echo' };
  await proxy.close();

  await fault.undo(note, undoTools({ sameRunner: false }));
  await expect(fault.undo(note, undoTools())).rejects.toMatchObject({ code: 'fault_proxy_unreachable' });

  proxy = await startFaultProxy({ targets: [{ name: 'echo', upstream: '127.0.0.1:1' }] });
});
