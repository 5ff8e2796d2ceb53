import { writeFile } from 'node:fs/promises';
import { FluxError } from '../../engine/domain/flux-error.ts';

/** @throws FluxError `report_unwritable` */
export async function writeVerdict(path: string, text: string): Promise<void> {
  try {
    await writeFile(path, text);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new FluxError('report_unwritable', `${path} cannot be written: ${why}`, { cause });
  }
}
