import { once } from 'node:events';
import { connect } from 'node:net';

/** Redis on a bare socket: the limit that `bench gate` compares with. */
export interface RawRedis {
  /** Sends a command that `encodeCommand` made; resolves once its reply is there, which nobody reads. @throws Error for an error reply */
  send(command: Buffer): Promise<void>;
  close(): void;
}

/** One command in RESP (Redis serialization protocol specification, "Sending commands"), as it goes over the wire. */
export function encodeCommand(words: readonly (string | number | Buffer)[]): Buffer {
  const parts: Buffer[] = [Buffer.from(`*${words.length}\r\n`)];
  for (const word of words) {
    const bytes = Buffer.isBuffer(word) ? word : Buffer.from(String(word));
    parts.push(Buffer.from(`$${bytes.length}\r\n`), bytes, Buffer.from('\r\n'));
  }
  return Buffer.concat(parts);
}

/** Opens one. Commands sent while others are under way are pipelined; Redis answers in order. */
export async function openRawRedis({
  host,
  port,
}: {
  readonly host: string;
  readonly port: number;
}): Promise<RawRedis> {
  const socket = connect({ host, port, noDelay: true });
  await once(socket, 'connect');
  const waiting: { readonly resolve: () => void; readonly reject: (error: Error) => void }[] = [];
  let unread: Buffer = Buffer.alloc(0);
  socket.on('data', (chunk: Buffer) => {
    unread = unread.length === 0 ? chunk : Buffer.concat([unread, chunk]);
    let at = 0;
    for (let end = endOfReply(unread, at); end !== undefined; end = endOfReply(unread, at)) {
      const isError = unread[at] === minus;
      const asked = waiting.shift();
      if (isError) asked?.reject(new Error(unread.toString('utf8', at + 1, end - 2)));
      else asked?.resolve();
      at = end;
    }
    unread = unread.subarray(at);
  });
  const fail = (error: Error): void => {
    for (const asked of waiting.splice(0)) asked.reject(error);
  };
  socket.on('error', fail);
  socket.on('close', () => fail(new Error('the connection to Redis was cut')));
  return {
    send: (command) =>
      new Promise((resolve, reject) => {
        waiting.push({ resolve, reject });
        socket.write(command);
      }),
    close: () => socket.destroy(),
  };
}

const minus = 45;
const dollar = 36;
const star = 42;

/** Where the reply that begins at `at` ends; undefined where not all of it is there. Lists, bulk strings and lines. */
export function endOfReply(bytes: Buffer, at: number): number | undefined {
  const lineEnd = bytes.indexOf('\r\n', at, 'latin1');
  if (at >= bytes.length || lineEnd < 0) return undefined;
  const type = bytes[at];
  if (type !== star && type !== dollar) return lineEnd + 2;
  const count = Number(bytes.toString('latin1', at + 1, lineEnd));
  if (type === dollar) {
    const end = count < 0 ? lineEnd + 2 : lineEnd + 2 + count + 2;
    return end <= bytes.length ? end : undefined;
  }
  let end: number | undefined = lineEnd + 2;
  for (let n = 0; n < count && end !== undefined; n += 1) end = endOfReply(bytes, end);
  return end;
}
