import { describe, expect, it } from 'vitest';
import { startFaultProxy } from '../../../../src/toolkit/fault-proxy/fault-proxy.ts';
import { faultProxyClient } from '../../../../src/toolkit/fault-proxy/fault-proxy-client.ts';
import { eventually } from '../../../support/eventually.ts';
import { hears, isOver, proxiedServiceForEach, says } from '../../../support/proxied-service.ts';
import { startTcpServer, type TcpPeer, tcpClient } from '../../../support/tcp-peers.ts';

const proxied = proxiedServiceForEach();
const { connected, service } = proxied;

/** The sizes of what a peer reads at once. */
function reads(peer: TcpPeer): number[] {
  const sizes: number[] = [];
  peer.socket.on('data', (bytes) => sizes.push(bytes.length));
  return sizes;
}

/** A few turns of the proxy's event loop, so that whatever passes at once has passed. */
async function turns(): Promise<void> {
  for (let n = 0; n < 5; n += 1) await proxied.control.targets();
}

describe('bandwidth', () => {
  it('lets bytes trickle, makes the sender wait, and all of the rest pass once it is cleared', async () => {
    const [client, served] = await connected();
    const sizes = reads(served);
    const sizeBytes = 32 * 1024 * 1024;

    await proxied.control.set('service', { kind: 'bandwidth', bytesPerSecond: 200 });
    client.socket.write(Buffer.alloc(sizeBytes, 'x'));
    client.socket.end();
    await eventually('three pieces are there', () => sizes.length >= 3);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(30); // 10 each; a busy reader takes a few at once
    expect(served.ended()).toBe(false);
    // 256 KB wait in the proxy and up to 10 MB in the kernel's buffers
    expect(client.socket.writableLength).toBeGreaterThan(sizeBytes / 2);
    expect((await service()).touched.chunks).toBeGreaterThanOrEqual(3);

    await proxied.control.clear('service');
    await eventually('all of it is there', () => served.ended());
    expect(served.socket.bytesRead).toBe(sizeBytes);
  });

  it('takes as long as the bytes need', async () => {
    const [client, served] = await connected();
    await proxied.control.set('service', { kind: 'bandwidth', bytesPerSecond: 10_000 });

    const began = performance.now();
    says(client, 'x'.repeat(2_001));
    await eventually('all of it is there', () => served.heard().length === 2_001);

    // four pieces of 50 ms ahead of the last byte; Node's timers may be a millisecond early
    expect(performance.now() - began).toBeGreaterThanOrEqual(196);
  });

  it('holds for one direction where it names one', async () => {
    const [client, served] = await connected();
    await proxied.control.set('service', { kind: 'bandwidth', bytesPerSecond: 1, direction: 'answer' });

    const question = 'a long question'.repeat(100);
    says(client, question);
    await hears(served, question);
    says(served, 'yes');
    await eventually('one byte came back', () => client.heard() === 'y');
    expect(served.heard()).toBe(question);
  });
});

describe('a slicer', () => {
  it('cuts what passes into pieces, in order, and is gone when it is cleared', async () => {
    const [client, served] = await connected();
    const sizes = reads(served);
    const text = Array.from({ length: 40 }, (_, n) => `<${n}>`).join('');

    await proxied.control.set('service', { kind: 'slicer', sizeBytes: 4, variationBytes: 3, pauseMs: 5, seed: 7 });
    says(client, text);
    await hears(served, text);
    // pieces have 1 to 7 bytes; a reader that was away for a moment has a few of them at once
    expect(sizes.length).toBeGreaterThan(5);
    expect(new Set(sizes).size).toBeGreaterThan(2);

    await proxied.control.clear('service');
    sizes.length = 0;
    says(client, text);
    await hears(served, text + text);
    expect(sizes).toEqual([text.length]);
  });
});

describe('a limit', () => {
  it('lets exactly so many bytes pass, then ends the connection on both sides', async () => {
    const [client, served] = await connected();
    says(client, 'before');
    await hears(served, 'before');

    await proxied.control.set('service', { kind: 'limit', sizeBytes: 10 });
    says(client, '12345');
    await hears(served, 'before12345');
    says(client, '67890 and more');

    await eventually('both hear the end', () => served.ended() && client.ended());
    expect(served.heard()).toBe('before1234567890');
    expect((await service()).touched.connections).toBe(1);
    await eventually('nothing is left of it', async () => (await service()).connections === 0);
  });

  it('counts one direction where it names one, and each connection anew', async () => {
    await proxied.control.set('service', { kind: 'limit', sizeBytes: 3, direction: 'answer' });
    for (const text of ['abcd', 'wxyz']) {
      const [client, served] = await connected();
      says(client, 'a question of any length');
      await hears(served, 'a question of any length');
      says(served, text);

      await eventually('both hear the end', () => served.ended() && client.ended());
      expect(client.heard()).toBe(text.slice(0, 3));
    }
    expect((await service()).touched.connections).toBe(2);

    await proxied.control.clear('service');
    const [client, served] = await connected();
    says(served, 'no limit any more');
    await hears(client, 'no limit any more');
  });
});

describe('a slow close', () => {
  it('lets bytes pass, and holds back ends and breaks until it is cleared', async () => {
    const [client, served] = await connected();
    const [broken, brokenServed] = await connected();

    await proxied.control.set('service', { kind: 'slow_close', ms: 60_000 });
    says(client, 'last words');
    client.socket.end();
    says(broken, 'and then');
    await hears(served, 'last words');
    await hears(brokenServed, 'and then');
    broken.socket.resetAndDestroy();
    await eventually('both are held', async () => (await service()).touched.chunks === 2);
    await turns();
    expect([served.ended(), brokenServed.over()]).toEqual([false, undefined]);

    await proxied.control.clear('service');

    await eventually('the end is heard', () => served.ended());
    expect(await isOver(brokenServed)).toBe('ECONNRESET');
    says(served, 'one half is still open');
    await hears(client, 'one half is still open');
  });

  it('is over by itself', async () => {
    const [client, served] = await connected();
    await proxied.control.set('service', { kind: 'slow_close', ms: 1 });

    client.socket.end();

    await eventually('the end is heard', () => served.ended());
  });
});

describe('a timeout', () => {
  it('swallows both ways, then cuts live connections and new ones', async () => {
    const [client, served] = await connected();
    await proxied.control.set('service', { kind: 'timeout', ms: 300 });

    says(client, 'hello?');
    expect(await isOver(client)).toBe('ECONNRESET');
    expect(await isOver(served)).toBe('ECONNRESET');
    expect(served.heard()).toBe('');
    const [late] = await connected();
    expect(await isOver(late)).toBe('ECONNRESET');
    expect((await service()).touched.connections).toBe(2);

    await proxied.control.set('service', { kind: 'timeout', ms: 60_000 });
    const [spared, sparedServed] = await connected();
    await proxied.control.clear('service');
    says(spared, 'again');
    await hears(sparedServed, 'again');
  });
});

describe('a reset with a time before it', () => {
  it('carries all there is until then', async () => {
    const [client, served] = await connected();
    await proxied.control.set('service', { kind: 'reset', afterMs: 500 });
    says(client, 'quick');
    await hears(served, 'quick');

    expect(await isOver(client)).toBe('ECONNRESET');
    expect((await service()).touched).toEqual({ chunks: 0, connections: 1 });
  });
});

describe('what is drawn', () => {
  /** The sizes of the first pieces of a text that is cut up in a proxy of its own. */
  async function pieces(seed: number): Promise<readonly number[]> {
    const server = await startTcpServer();
    const fresh = await startFaultProxy({ targets: [{ name: 'service', upstream: server.address }] });
    try {
      await faultProxyClient(fresh.url).set('service', {
        kind: 'slicer',
        sizeBytes: 50,
        variationBytes: 49,
        pauseMs: 60,
        seed,
      });
      const client = await tcpClient(fresh.addressOf('service'));
      proxied.clients.push(client);
      await eventually('the upstream has the connection', () => server.peers.length === 1);
      const [served] = server.peers;
      if (served === undefined) throw new Error('no connection at the upstream');
      const sizes = reads(served);
      says(client, 'x'.repeat(2_000));
      await eventually('four pieces are there', () => sizes.length >= 4);
      return sizes.slice(0, 4);
    } finally {
      await fresh.close();
      await server.close();
    }
  }

  it('is the same for the same seed, and another for another', async () => {
    const [once, again, other] = [await pieces(1), await pieces(1), await pieces(2)];

    expect(again).toEqual(once);
    expect(other).not.toEqual(once);
  });
});
