import { connect as connectTcp, isIP, Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { ISocketFactory } from 'kafkajs';

/** The sockets of one client of kafkajs. */
export interface CuttableSockets {
  readonly open: ISocketFactory;
  readonly isCut: boolean;
  /** Fails whatever waits on one of them, and every connection from now on. */
  cut(): void;
}

/** As kafkajs' own sockets have it: a connection through a firewall that forgets is noticed some time. */
const keepAliveMs = 60_000;

/**
 * Sockets that can be closed under kafkajs. To disconnect is no way out of requests that nobody answers: kafkajs waits for each of
 * them to time out first, and asks for leave to go.
 */
export function createCuttableSockets(): CuttableSockets {
  const sockets = new Set<Socket>();
  let isCut = false;
  return {
    open({ host, port, ssl, onConnect }) {
      // kafkajs listens for the error once it has the socket: Node tells of it in the next turn.
      if (isCut) return new Socket().destroy(cutError());
      const named = isIP(host) === 0 ? { servername: host } : {};
      const socket = ssl
        ? connectTls({ host, port, ...named, ...ssl }, onConnect)
        : connectTcp({ host, port }, onConnect);
      socket.setKeepAlive(true, keepAliveMs);
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
      return socket;
    },
    get isCut() {
      return isCut;
    },
    cut() {
      isCut = true;
      for (const socket of sockets) socket.destroy(cutError());
    },
  };
}

function cutError(): Error {
  return new Error('this client was cut off');
}
