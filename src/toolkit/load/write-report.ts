import { open, rm, stat, writeFile } from 'node:fs/promises';
import { FluxError } from '../../engine/domain/flux-error.ts';
import type { LoadResult } from './load-result.ts';

/** Writes a result as JSON. @throws FluxError `report_unwritable` */
export async function writeReport(path: string, result: LoadResult): Promise<void> {
  await writeText(path, `${JSON.stringify(result, null, 2)}\n`);
}

/** Refuses a report that cannot be written while there is nothing to lose. @throws FluxError `report_unwritable` */
export async function checkWritable(path: string): Promise<void> {
  try {
    const isThere = await stat(path).then(
      () => true,
      () => false,
    );
    await (await open(path, 'a')).close();
    if (!isThere) await rm(path);
  } catch (cause) {
    throw unwritable(path, cause);
  }
}

/** Writes a report of any form. @throws FluxError `report_unwritable` */
export async function writeText(path: string, text: string): Promise<void> {
  try {
    await writeFile(path, text);
  } catch (cause) {
    throw unwritable(path, cause);
  }
}

function unwritable(path: string, cause: unknown): FluxError {
  return new FluxError('report_unwritable', `the report ${path} cannot be written`, { cause });
}
