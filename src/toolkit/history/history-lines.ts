import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { FluxError } from '../../engine/domain/flux-error.ts';

/** A line of ours is under 8 KB (20 lines of an order); far above that the file is something else. */
const maxLineBytes = 1024 * 1024;
const readBytes = 256 * 1024;
const newline = 0x0a;
/** The first two bytes of what gzip wrote (RFC 1952, 2.3.1). */
const gzipMagic = [0x1f, 0x8b] as const;

export interface HistoryLine {
  readonly text: string;
  /** False for the last line of a file that does not end with a line end. */
  readonly complete: boolean;
}

/**
 * The lines of a history, plain or gzipped (told by its first bytes, not its name), one at a time. Splits at LF alone and on
 * bytes: node:readline would also split at U+2028, which JSON text may hold.
 * @throws FluxError `history_unreadable` that says why
 */
export async function* historyLines(path: string): AsyncGenerator<HistoryLine, void> {
  let rest: Buffer = Buffer.alloc(0);
  try {
    for await (const chunk of await bytesOf(path)) {
      // a stream of bytes without an encoding yields buffers only
      let bytes = chunk as Buffer;
      if (rest.length > 0) bytes = Buffer.concat([rest, bytes]);
      let from = 0;
      for (let end = bytes.indexOf(newline, from); end >= 0; end = bytes.indexOf(newline, from)) {
        yield { text: bytes.toString('utf8', from, end), complete: true };
        from = end + 1;
      }
      rest = bytes.subarray(from);
      if (rest.length > maxLineBytes) {
        throw new FluxError('history_unreadable', `${path} has a line of more than ${maxLineBytes} bytes: no history`);
      }
    }
  } catch (cause) {
    throw cause instanceof FluxError ? cause : unreadable(path, cause);
  }
  if (rest.length > 0) yield { text: rest.toString('utf8'), complete: false };
}

/** The file's bytes, unpacked. Not a FIFO or a device: a history is read more than once, and from its beginning. */
async function bytesOf(path: string): Promise<NodeJS.ReadableStream> {
  const about = await stat(path);
  if (!about.isFile()) {
    throw new FluxError('history_unreadable', `${path} is ${about.isDirectory() ? 'a folder' : 'no regular file'}`, {
      hint: about.isDirectory()
        ? `name its files, one --history each: ls ${path}`
        : 'write it into a file first: cat PIPE > run.ndjson',
    });
  }
  const plain = createReadStream(path, { highWaterMark: readBytes });
  if (!(await isGzip(path))) return plain;
  const unpacked = createGunzip({ chunkSize: readBytes });
  // its failure is met where the stream is read
  pipeline(plain, unpacked).catch(() => {});
  return unpacked;
}

async function isGzip(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(gzipMagic.length), 0, gzipMagic.length, 0);
    return bytesRead === gzipMagic.length && gzipMagic.every((byte, n) => buffer[n] === byte);
  } finally {
    await file.close();
  }
}

const causes: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'this user may not read it',
  EPERM: 'this user may not read it',
  Z_BUF_ERROR: 'its gzip is cut off; gzip -t FILE says so, too, and zcat FILE > run.ndjson saves what is there',
  Z_DATA_ERROR: 'its gzip is damaged',
};

function unreadable(path: string, cause: unknown): FluxError {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  const why = causes[code] ?? (cause instanceof Error ? cause.message : String(cause));
  return new FluxError('history_unreadable', `the history ${path} cannot be read: ${why}`, {
    hint: 'fluxgate load run SCENARIO --history FILE   writes one',
    cause,
  });
}
