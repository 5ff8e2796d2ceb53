import { writeFile } from 'node:fs/promises';
import { FluxError } from '../../engine/domain/flux-error.ts';
import type { LoadResult } from './load-result.ts';

/** Writes a result as JSON. @throws FluxError `report_unwritable` */
export async function writeReport(path: string, result: LoadResult): Promise<void> {
  await writeText(path, `${JSON.stringify(result, null, 2)}\n`);
}

/** Writes a report of any form. @throws FluxError `report_unwritable` */
export async function writeText(path: string, text: string): Promise<void> {
  try {
    await writeFile(path, text);
  } catch (cause) {
    throw new FluxError('report_unwritable', `the report ${path} cannot be written`, { cause });
  }
}
