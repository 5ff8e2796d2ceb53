import { open, stat } from 'node:fs/promises';
import { FluxError } from '../../engine/domain/flux-error.ts';
import type { FileKind } from './file-kind.ts';
import { openPipe } from './open-pipe.ts';
import { whyNoFile } from './why-no-file.ts';

/** Ten times the longest file that anybody wrote by hand; whatever is beyond was given by mistake. */
export const maxFileBytes = 250_000;

/**
 * The text of a file that people write by hand, or of a pipe that the shell has opened (`/dev/stdin`, `<(command)`).
 * @throws FluxError with the kind's code: not there, no file, too large, no UTF-8
 */
export async function readText(
  path: string,
  { noun, code, missingHint }: Pick<FileKind, 'noun' | 'code' | 'missingHint'>,
): Promise<string> {
  const refuse = (why: string | undefined, hint: string, cause?: unknown): FluxError =>
    new FluxError(code, `${noun} ${path} cannot be read${why === undefined ? '' : `: ${why}`}`, { hint, cause });
  let bytes: Buffer;
  try {
    const pipe = openPipe(path);
    const why = pipe === undefined ? whyNoFile(await stat(path)) : undefined;
    if (why !== undefined) throw refuse(why, `${missingHint}; what a command writes is read from /dev/stdin`);
    bytes = pipe === undefined ? await readBounded(path) : await readPipe(pipe);
  } catch (cause) {
    if (cause instanceof FluxError) throw cause;
    const why = cause instanceof Error && 'code' in cause ? reasons.get(String(cause.code)) : undefined;
    throw refuse(why, missingHint, cause);
  }
  if (bytes.length > maxFileBytes)
    throw new FluxError(code, `${path} is longer than ${maxFileBytes} bytes: that is not ${noun} somebody wrote`, {
      hint: missingHint,
    });
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new FluxError(code, `${path} is no UTF-8 text`, { hint: missingHint, cause });
  }
}

const reasons = new Map([
  ['ENOENT', 'there is no such file'],
  ['EACCES', 'this user may not read it'],
]);

/** Hardly more than the bound, whatever length it tells: it may grow meanwhile. */
async function readBounded(path: string): Promise<Buffer> {
  const file = await open(path, 'r');
  try {
    const chunks: Buffer[] = [];
    let length = 0;
    while (length <= maxFileBytes) {
      const { bytesRead, buffer } = await file.read(Buffer.alloc(64 * 1_024));
      if (bytesRead === 0) break;
      chunks.push(buffer.subarray(0, bytesRead));
      length += bytesRead;
    }
    return Buffer.concat(chunks);
  } finally {
    await file.close();
  }
}

async function readPipe(pipe: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of pipe) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > maxFileBytes) break;
  }
  return Buffer.concat(chunks);
}
