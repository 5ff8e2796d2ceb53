import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type CuttableSockets, createCuttableSockets } from '../../../../src/adapters/kafka/cuttable-sockets.ts';

/** Takes connections and never says a word: a process that stands still. */
const server = createServer();
beforeEach(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterEach(() => new Promise((closed) => server.close(closed)));

/** As kafkajs calls it, which then listens. */
function openOn(sockets: CuttableSockets, onConnect = () => {}): Socket {
  const address = server.address() as AddressInfo; // it listens on TCP
  const withoutTls = undefined as never; // kafkajs' types want the options, kafkajs leaves them away
  return sockets.open({ host: '127.0.0.1', port: address.port, ssl: withoutTls, onConnect });
}

async function errorOf(socket: Socket): Promise<string> {
  const [error] = await once(socket, 'error');
  return String(error);
}

describe('sockets that can be cut off', () => {
  it('fail at once, those that are connected and those that connect', async () => {
    const sockets = createCuttableSockets();
    const connected = openOn(sockets);
    await once(connected, 'connect');
    const connecting = openOn(sockets);
    const errors = Promise.all([connected, connecting].map(errorOf));

    sockets.cut();

    expect(await errors).toEqual(['Error: this client was cut off', 'Error: this client was cut off']);
  });

  it('connect no more afterwards', async () => {
    const sockets = createCuttableSockets();
    let isConnected = false;

    sockets.cut();
    const late = openOn(sockets, () => {
      isConnected = true;
    });

    expect(await errorOf(late)).toBe('Error: this client was cut off');
    expect({ isConnected, isCut: sockets.isCut }).toEqual({ isConnected: false, isCut: true });
  });

  it('are those of one client: others go on', async () => {
    const [cut, other] = [createCuttableSockets(), createCuttableSockets()];
    const socket = openOn(other);
    await once(socket, 'connect');

    cut.cut();

    expect(socket.destroyed).toBe(false);
    other.cut();
    await errorOf(socket);
  });
});
