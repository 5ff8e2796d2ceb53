import { open } from 'node:fs/promises';
import { FluxError } from '../../engine/domain/flux-error.ts';
import type { FileKind } from './file-kind.ts';

/** Ten times the longest file that anybody wrote by hand; whatever is beyond was given by mistake. */
export const maxFileBytes = 250_000;

/**
 * The text of a file that people write by hand.
 * @throws FluxError with the kind's code: not there, no file, too large, no UTF-8
 */
export async function readText(
  path: string,
  { noun, code, missingHint }: Pick<FileKind, 'noun' | 'code' | 'missingHint'>,
): Promise<string> {
  let bytes: Buffer;
  try {
    bytes = await readBounded(path);
  } catch (cause) {
    const why = cause instanceof Error && 'code' in cause ? reasons.get(String(cause.code)) : undefined;
    throw new FluxError(code, `${noun} ${path} cannot be read${why === undefined ? '' : `: ${why}`}`, {
      hint: missingHint,
      cause,
    });
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
  ['EISDIR', 'it is a folder'],
]);

/** Never more than one byte beyond the bound: a device or a pipe has no length to ask for. */
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
