import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An order as the stub got it. */
export interface StubOrder {
  readonly userId: string;
  readonly key: string;
  readonly lines: readonly { readonly productId: string; readonly quantity: number }[];
}

export interface StubAnswer {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Answer no sooner than this promise. */
  readonly after?: Promise<void>;
  /** Cut the connection instead. */
  readonly cut?: true;
}

export interface StubServer {
  readonly url: string;
  readonly port: number;
  readonly orders: readonly StubOrder[];
  close(): Promise<void>;
}

/** A server that answers `POST /order` as `answer` says; it stands in for ours where the client is the subject. */
export async function stubServer(answer: (order: StubOrder, nth: number) => StubAnswer, port = 0): Promise<StubServer> {
  const orders: StubOrder[] = [];
  const server = createServer(async (request: IncomingMessage, response: ServerResponse) => {
    if (request.method !== 'POST') {
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"total":10,"free":4}');
      return;
    }
    let text = '';
    for await (const chunk of request) text += String(chunk);
    // only the client under test talks to this server
    const order = { ...JSON.parse(text), key: String(request.headers['x-idempotency-key']) } as StubOrder;
    orders.push(order);
    const { status, body, headers, after, cut } = answer(order, orders.length);
    await after;
    if (cut) request.socket.destroy();
    else response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  // a listening TCP server has an AddressInfo
  const bound = (server.address() as AddressInfo).port;
  return {
    url: `http://127.0.0.1:${bound}`,
    port: bound,
    orders,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

export function acceptedAs(orderId: string): StubAnswer {
  return { status: 200, body: { status: 'success', msg: 'Order accepted', orderId } };
}
