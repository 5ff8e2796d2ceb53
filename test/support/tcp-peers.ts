import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** A server that keeps what it hears and says what it is told. */
export interface TcpServer {
  /** host:port */
  readonly address: string;
  /** Its connections, oldest first. */
  readonly peers: readonly TcpPeer[];
  close(): Promise<void>;
}

/** One end of a connection. */
export interface TcpPeer {
  readonly socket: Socket;
  /** All that it heard. */
  heard(): string;
  /** The other side has ended its half. */
  ended(): boolean;
  /** Why the connection is over (`ECONNRESET`), `ended` in order; undefined while it is not. */
  over(): string | undefined;
}

/** Listens on a port of the loopback (any, if none is named) until it is closed. */
export async function startTcpServer(
  use: { readonly port?: number; readonly onData?: (socket: Socket, bytes: Buffer) => void } = {},
): Promise<TcpServer> {
  const peers: TcpPeer[] = [];
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    peers.push(peerOf(socket));
    const { onData } = use;
    if (onData) socket.on('data', (bytes) => onData(socket, bytes));
  });
  server.listen(use.port ?? 0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('a TCP server has a port');
  return {
    address: `127.0.0.1:${address.port}`,
    peers,
    async close() {
      for (const { socket } of peers) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Connects, and resolves once it has. */
export async function tcpClient(address: string): Promise<TcpPeer> {
  const socket = connect({ port: portOf(address), host: '127.0.0.1', allowHalfOpen: true });
  const peer = peerOf(socket);
  await once(socket, 'connect');
  return peer;
}

export function portOf(address: string): number {
  return Number(address.split(':')[1]);
}

function peerOf(socket: Socket): TcpPeer {
  const chunks: Buffer[] = [];
  let reason: string | undefined;
  socket.on('data', (bytes) => chunks.push(bytes));
  socket.on('error', (error: NodeJS.ErrnoException) => {
    reason = error.code ?? error.message;
  });
  socket.on('close', () => {
    reason ??= 'ended';
  });
  return {
    socket,
    heard: () => Buffer.concat(chunks).toString(),
    ended: () => socket.readableEnded,
    over: () => (socket.destroyed ? reason : undefined),
  };
}
