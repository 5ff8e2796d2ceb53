import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { stackParts } from '../../../../src/compose-stack.ts';
import type { ChaosFault, UndoTools } from '../../../../src/toolkit/chaos/fault/chaos-fault.ts';
import { chaosFaults } from '../../../../src/toolkit/chaos/fault/fault-registry.ts';
import type { ChaosLink, ChaosPart, ChaosSystem } from '../../../../src/toolkit/chaos/system/chaos-system.ts';
import { startFaultProxy } from '../../../../src/toolkit/fault-proxy/fault-proxy.ts';
import { eventually } from '../../../support/eventually.ts';

const { identityOf } = stackParts;

let child: ChildProcess;
let part: ChaosPart;
const startedAgain: string[] = [];
const tools: UndoTools = {
  sameRunner: true,
  identityOf,
  async startAgain({ name }) {
    startedAgain.push(name);
  },
};

beforeEach(() => {
  child = spawn(process.execPath, ['-e', 'setInterval(() => process.stdout.write("."), 5)'], { stdio: 'pipe' });
  const pid = child.pid ?? 0;
  const identity = identityOf(pid) ?? '';
  startedAgain.length = 0;
  part = {
    kind: 'server',
    name: 'server-1',
    ref: { name: 'server-1', stackDir: null },
    process: () => ({ pid, identity }),
    containerId: () => null,
    logPath: null,
    leaveDown: () => {},
    start: async () => {},
  };
});

afterEach(() => {
  child.kill('SIGKILL');
});

function contextOf() {
  const system: ChaosSystem = {
    capabilities: new Set(),
    workDir: '/nowhere',
    servers: [],
    workers: [],
    parts: [part],
    links: [],
    services: () => [],
    controller: async () => null,
    saleId: 'sale',
    identityOf,
    env: {},
  };
  return { parameters: {}, target: part, system, chance: () => 0, keep: () => {} };
}

function faultNamed(name: string): ChaosFault {
  const fault = chaosFaults.get(name);
  if (fault === undefined) throw new Error(`there is no fault ${name}`);
  return fault;
}

/** Counts what the child writes from now on. */
function written(): () => number {
  let bytes = 0;
  child.stdout?.on('data', (piece: Buffer) => {
    bytes += piece.length;
  });
  return () => bytes;
}

test('a paused process stands still until the undo, which another runner may make', async () => {
  const fault = faultNamed('pause');
  const context = contextOf();
  const bytes = written();
  await eventually('the child writes', () => bytes() > 0);

  const note: unknown = JSON.parse(JSON.stringify(await fault.prepare(context)));
  const evidence = await fault.inject(context, note);
  expect(evidence).toMatchObject({ seen: true, what: expect.stringContaining('stands still') });

  const before = bytes();
  await fault.undo(note, { ...tools, sameRunner: false });
  await eventually('the child goes on', () => bytes() > before + 10);
  await fault.undo(note, tools);
});

test('a killed process is gone, and its undo starts the part again', async () => {
  const fault = faultNamed('kill');
  const context = contextOf();

  const note = await fault.prepare(context);
  const evidence = await fault.inject(context, note);
  await fault.undo(note, tools);

  expect(evidence).toMatchObject({ seen: true, what: expect.stringContaining('has gone') });
  expect(startedAgain).toEqual(['server-1']);
});

test('no signal goes to a later process with the same pid', async () => {
  const fault = faultNamed('pause');
  const { pid = 0 } = child;

  const evidence = await fault.inject(contextOf(), { processes: [{ pid, identity: 'of another one' }] });

  expect(evidence.seen).toBe(false);
  const bytes = written();
  await eventually('the child still writes', () => bytes() > 0);
});

test('a fault refuses a note that is not its own', async () => {
  await expect(faultNamed('kill').undo({ processes: [] }, tools)).rejects.toMatchObject({ code: 'fault' });
});

test('a parted link swallows what is sent, says how much, and goes on after the undo', async () => {
  const upstream = createServer((socket) => socket.on('error', () => {}).pipe(socket));
  upstream.listen(0, '127.0.0.1');
  await once(upstream, 'listening');
  const { port } = upstream.address() as AddressInfo; // it listens on TCP
  const proxy = await startFaultProxy({ targets: [{ name: 'echo', upstream: `127.0.0.1:${port}` }] });
  const say = () => {
    const socket = connect(Number(proxy.addressOf('echo').split(':')[1]), '127.0.0.1');
    let heard = '';
    socket.on('data', (piece: Buffer) => {
      heard += piece.toString();
    });
    socket.on('error', () => {});
    socket.write('hello');
    return { socket, heard: () => heard };
  };
  const link: ChaosLink = { kind: 'link', name: 'echo', controlUrl: proxy.url, proxyTarget: 'echo' };
  const fault = faultNamed('blackhole');
  const context = { ...contextOf(), target: link };
  try {
    const note = await fault.prepare(context);
    const evidence = await fault.inject(context, note);
    const unheard = say();
    await eventually('bytes have vanished', async () => (await fault.look?.(context, note))?.seen === true);
    await fault.undo(note, tools);
    const heard = say();
    await eventually('the echo comes', () => heard.heard() === 'hello');

    expect(evidence.seen).toBe(false);
    expect(unheard.heard()).toBe('');
    unheard.socket.destroy();
    heard.socket.destroy();
  } finally {
    await proxy.close();
    upstream.close();
  }
  // the proxy has gone with its fault
  await fault.undo({ controlUrl: proxy.url, proxyTarget: 'echo' }, { ...tools, sameRunner: false });
});
