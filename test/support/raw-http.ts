import { connect, type Socket } from 'node:net';

/** A TCP connection that speaks HTTP as badly as a test wants. */
export interface RawConnection {
  readonly socket: Socket;
  /** All that came so far. */
  received(): string;
  /** Resolves when `pattern` has come; rejects when the connection ends or 5 s pass without it. */
  until(pattern: RegExp): Promise<string>;
  /** Resolves when the other side has closed. */
  readonly closed: Promise<void>;
}

export function rawConnection(port: number, firstBytes: string): RawConnection {
  const socket = connect(port, '127.0.0.1', () => socket.write(firstBytes));
  let text = '';
  const watchers = new Set<() => void>();
  const look = () => {
    for (const watcher of watchers) watcher();
  };
  socket.setEncoding('utf8');
  socket.on('data', (chunk: string) => {
    text += chunk;
    look();
  });
  socket.on('error', () => {});
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  socket.once('close', look);
  return {
    socket,
    closed,
    received: () => text,
    until: (pattern) =>
      new Promise((resolve, reject) => {
        const done = (error?: Error) => {
          clearTimeout(limit);
          watchers.delete(check);
          if (error) reject(error);
          else resolve(text);
        };
        const check = () => {
          if (pattern.test(text)) done();
          else if (socket.closed) done(new Error(`closed without ${pattern}: ${text}`));
        };
        const limit = setTimeout(() => done(new Error(`no ${pattern} in 5 s: ${text}`)), 5_000);
        watchers.add(check);
        check();
      }),
  };
}
