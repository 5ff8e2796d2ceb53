import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { openAdminClient } from '../../../../src/toolkit/admin-client/admin-client.ts';
import { httpGateBook } from '../../../../src/toolkit/verify/http-gate-book.ts';

const stats = {
  serverId: 'a',
  lag: [{ partition: 0, end: '12', committed: '12', lag: '0' }],
  sales: [
    {
      saleId: 'night',
      configVersion: 1,
      epoch: 3,
      gate: {
        products: [{ productId: 'ticket', total: 10, totalVersion: 2, free: 4 }],
        outbox: 1,
        oldestUnsettledMs: 12.5,
      },
    },
    { saleId: 'day', configVersion: 1, epoch: null, gate: null },
  ],
};

let server: Server | undefined;
afterEach(() => void server?.close());

async function answering(status: number, body: string): Promise<string> {
  const made = createServer((_, response) => void response.writeHead(status).end(body));
  server = made;
  await new Promise<void>((resolve) => void made.listen(0, '127.0.0.1', resolve));
  // listening on a TCP port: the address is one
  return `http://127.0.0.1:${(made.address() as AddressInfo).port}`;
}

async function readFrom(url: string) {
  const client = openAdminClient(url, undefined);
  try {
    return await httpGateBook(client).read();
  } finally {
    await client.close();
  }
}

describe("the gate's book over HTTP", () => {
  it('reads the counters of every sale', async () => {
    const reading = await readFrom(await answering(200, JSON.stringify(stats)));

    expect(reading.sales).toMatchObject([
      { saleId: 'night', epoch: 3, gate: { products: [{ productId: 'ticket', total: 10, free: 4 }], outbox: 1 } },
      { saleId: 'day', epoch: null, gate: null },
    ]);
  });

  it.each([
    ['it wants another token', 401, '{"error":"no"}'],
    ['it answers something else', 200, '<html>'],
    ['it answers without counters', 200, JSON.stringify({ sales: [{ saleId: 'night', epoch: 1 }] })],
    ['it breaks', 500, '{"error":"oh"}'],
  ])('is inconclusive where %s', async (_, status, body) => {
    await expect(readFrom(await answering(status, body))).rejects.toMatchObject({ code: 'inconclusive' });
  });

  it('is inconclusive where nobody answers', async () => {
    const url = await answering(200, '');
    await new Promise((resolve) => server?.close(resolve));

    await expect(readFrom(url)).rejects.toMatchObject({ code: 'inconclusive' });
  });
});
