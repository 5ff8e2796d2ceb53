import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { startFaultProxy } from '../../../../src/toolkit/fault-proxy/fault-proxy.ts';
import { faultProxyClient } from '../../../../src/toolkit/fault-proxy/fault-proxy-client.ts';
import { eventually } from '../../../support/eventually.ts';
import { hears, isOver, proxiedServiceForEach, says } from '../../../support/proxied-service.ts';
import { portOf, startTcpServer, type TcpPeer, tcpClient } from '../../../support/tcp-peers.ts';

const proxied = proxiedServiceForEach();
const { connected, service } = proxied;

describe('without a fault', () => {
  it('carries both directions, and an end as an end', async () => {
    const [client, served] = await connected();

    says(client, 'question');
    await hears(served, 'question');
    client.socket.end();
    await eventually('the upstream hears the end', () => served.ended());
    says(served, 'answer after the end');
    await hears(client, 'answer after the end');
    served.socket.end();

    expect(await isOver(client)).toBe('ended');
    expect(await isOver(served)).toBe('ended');
    await eventually('nothing is left of it', async () => (await service()).connections === 0);
  });

  it('breaks on one side where it breaks on the other', async () => {
    const [client, served] = await connected();
    const [other, otherServed] = await connected();

    served.socket.resetAndDestroy();
    other.socket.resetAndDestroy();

    expect(await isOver(client)).toBe('ECONNRESET');
    expect(await isOver(otherServed)).toBe('ECONNRESET');
  });

  it('lets a sender wait while the receiver does, and loses nothing of it', async () => {
    const [client, served] = await connected();
    served.socket.pause();
    const chunk = Buffer.alloc(64 * 1024, 'x');
    const sizeBytes = 1_000 * chunk.length;

    for (let n = 0; n < 1_000; n += 1) client.socket.write(chunk);
    client.socket.end();
    const unsent: number[] = [];
    await eventually('the sender waits', async () => {
      await proxied.control.targets(); // a turn of the proxy's event loop
      unsent.push(client.socket.writableLength);
      return unsent.length > 20 && new Set(unsent.slice(-20)).size === 1;
    });
    // the kernel's buffers take up to 10 MB a connection; ours are small
    expect(unsent.at(-1)).toBeGreaterThan(sizeBytes / 2);
    served.socket.resume();

    await eventually('all of it is there', () => served.ended());
    expect(served.socket.bytesRead).toBe(sizeBytes);
  });

  it('is a reset while the upstream is away, and works once it is back', async () => {
    const port = portOf(proxied.upstream.address);
    await proxied.upstream.close();

    const early = await tcpClient(proxied.proxy.addressOf('service'));
    expect(await isOver(early)).toBe('ECONNRESET');

    proxied.upstream = await startTcpServer({ port });
    const [client, served] = await connected();
    says(client, 'again');
    await hears(served, 'again');
  });
});

describe('latency', () => {
  it('makes a round trip of a live connection longer, keeps the order, and is gone when it is cleared', async () => {
    const [client, served] = await connected();
    served.socket.on('data', (bytes) => served.socket.write(bytes));

    await proxied.control.set('service', { kind: 'latency', ms: 80 });
    const began = performance.now();
    says(client, 'slow');
    await hears(client, 'slow');
    expect(performance.now() - began).toBeGreaterThanOrEqual(79); // Node's timers may be a millisecond early

    await proxied.control.set('service', { kind: 'latency', ms: 20, jitterMs: 20 });
    const words = Array.from({ length: 200 }, (_, n) => `<${n}>`);
    for (const word of words) {
      says(client, word);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await hears(client, `slow${words.join('')}`);

    await proxied.control.set('service', { kind: 'latency', ms: 60_000 });
    says(client, 'late');
    client.socket.end();
    await proxied.control.clear('service');
    await hears(client, `slow${words.join('')}late`);
    await eventually('the end comes behind it', () => served.ended());
  });
});

describe('a blackhole', () => {
  it('swallows both ways, keeps connections, and tears those with a hole when it is lifted', async () => {
    const [client, served] = await connected();
    const [idle, idleServed] = await connected();
    says(client, 'before');
    await hears(served, 'before');

    await proxied.control.set('service', { kind: 'blackhole' });
    says(client, 'into the dark');
    says(served, 'and back');
    const [late] = await connected();
    says(late, 'hello?');
    await eventually('all of it vanished', async () => {
      const { lost } = await service();
      return lost.request === 'into the darkhello?'.length && lost.answer === 'and back'.length;
    });
    expect([client.over(), served.over(), late.over()]).toEqual([undefined, undefined, undefined]);
    expect([client.heard(), served.heard()]).toEqual(['', 'before']);

    await proxied.control.clear('service');

    expect(await isOver(client)).toBe('ECONNRESET');
    expect(await isOver(served)).toBe('ECONNRESET');
    expect(await isOver(late)).toBe('ECONNRESET');
    says(idle, 'nothing was lost here');
    await hears(idleServed, 'nothing was lost here');
  });

  it('hides that one side has gone until it is lifted', async () => {
    const [client, served] = await connected();
    const [other, otherServed] = await connected();

    await proxied.control.set('service', { kind: 'blackhole' });
    client.socket.resetAndDestroy();
    otherServed.socket.end();
    says(served, 'are you there?');
    await eventually('that vanished', async () => (await service()).lost.answer === 'are you there?'.length);
    expect([served.over(), other.ended()]).toEqual([undefined, false]);

    await proxied.control.clear('service');

    expect(await isOver(served)).toBe('ECONNRESET');
    expect(await isOver(other)).toBe('ECONNRESET');
  });

  it('takes along what a latency still holds', async () => {
    const [client, served] = await connected();
    await proxied.control.set('service', { kind: 'latency', ms: 60_000 });
    says(client, 'on its way');
    says(served, 'x');
    await proxied.control.set('service', { kind: 'blackhole' });
    says(client, '!');
    await eventually('all of it vanished', async () => (await service()).lost.request === 'on its way!'.length);

    await proxied.control.clear('service');

    expect(await isOver(client)).toBe('ECONNRESET');
    expect(served.heard()).toBe('');
  });
});

describe('a reset', () => {
  it('cuts live connections and new ones, until it is cleared', async () => {
    const [client, served] = await connected();

    await proxied.control.set('service', { kind: 'reset' });
    expect(await isOver(client)).toBe('ECONNRESET');
    expect(await isOver(served)).toBe('ECONNRESET');
    const before = proxied.upstream.peers.length;
    const late = await tcpClient(proxied.proxy.addressOf('service')).catch(
      (error: NodeJS.ErrnoException) => error.code,
    );
    expect(typeof late === 'object' ? await isOver(late) : late).toBe('ECONNRESET');
    expect(proxied.upstream.peers).toHaveLength(before);

    await proxied.control.clear('service');
    const [next, nextServed] = await connected();
    says(next, 'again');
    await hears(nextServed, 'again');
  });
});

describe('lost answers', () => {
  it('lets requests reach the upstream, and its answers vanish', async () => {
    const [client, served] = await connected();

    await proxied.control.set('service', { kind: 'lost_answers' });
    says(client, 'do it');
    await hears(served, 'do it');
    says(served, 'done');
    await eventually('the answer vanished', async () => (await service()).lost.answer === 'done'.length);
    expect(client.heard()).toBe('');
    says(client, ', twice');
    await hears(served, 'do it, twice');

    await proxied.control.clear('service');

    expect(await isOver(client)).toBe('ECONNRESET');
    expect(client.heard()).toBe('');
  });

  it('leaves nothing behind of a client that gives up', async () => {
    const [client, served] = await connected();
    served.socket.on('end', () => served.socket.end());
    await proxied.control.set('service', { kind: 'lost_answers' });
    says(client, 'do it');
    await hears(served, 'do it');

    client.socket.destroy();

    await eventually('the upstream is told', () => served.over() !== undefined);
    await eventually('nothing is left of it', async () => (await service()).connections === 0);
  });
});

it('carries 1,000 connections at once, with latency and without', async () => {
  const echo = await startTcpServer({ onData: (socket, bytes) => socket.write(bytes) });
  const crowded = await startFaultProxy({ targets: [{ name: 'crowd', upstream: echo.address }] });
  try {
    const crowd: TcpPeer[] = [];
    // a backlog of connections that nobody has accepted has 511 places
    for (let n = 0; n < 10; n += 1) {
      crowd.push(...(await Promise.all(Array.from({ length: 100 }, () => tcpClient(crowded.addressOf('crowd'))))));
    }
    proxied.clients.push(...crowd);
    for (const [n, peer] of crowd.entries()) says(peer, `<${n}>`);
    await eventually('each hears its own', () => crowd.every((peer, n) => peer.heard() === `<${n}>`));

    await faultProxyClient(crowded.url).set('crowd', { kind: 'latency', ms: 50, jitterMs: 50 });
    for (const [n, peer] of crowd.entries()) says(peer, `<${n}>`);
    await eventually('and again', () => crowd.every((peer, n) => peer.heard() === `<${n}><${n}>`));

    await Promise.all(
      crowd.map(({ socket }) => {
        const closed = once(socket, 'close');
        socket.destroy();
        return closed;
      }),
    );
    for (const { socket } of echo.peers) socket.end();
    const left = async () => (await faultProxyClient(crowded.url).targets())[0]?.connections;
    await eventually('nothing is left of them', async () => (await left()) === 0);
  } finally {
    await crowded.close();
    await echo.close();
  }
});
