import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FluxError } from '../../../engine/domain/flux-error.ts';
import type { ChaosResult } from '../run/chaos-result.ts';
import { chaosJunitText } from './chaos-junit.ts';
import { markdownText } from './markdown-text.ts';
import { timelinePicture } from './timeline-picture.ts';

/** Writes journal, report, pictures and JUnit into the run's folder; JUnit also where CI wants it. @throws FluxError `report_unwritable` */
export async function writeReports(result: ChaosResult, junitPath: string | undefined): Promise<void> {
  const pictures = result.experiments.filter(({ samples }) => samples.length > 0);
  const files: readonly (readonly [string, string])[] = [
    [join(result.folder, 'chaos.json'), `${JSON.stringify(result, null, 2)}\n`],
    [join(result.folder, 'report.md'), markdownText(result)],
    [join(result.folder, 'junit.xml'), chaosJunitText(result)],
    ...pictures.map((one) => [join(result.folder, `${one.name}.svg`), timelinePicture(one)] as const),
    ...(junitPath === undefined ? [] : [[junitPath, chaosJunitText(result)] as const]),
  ];
  for (const [path, text] of files) {
    await writeFile(path, text).catch((cause) => {
      throw new FluxError('report_unwritable', `${path} cannot be written`, { cause });
    });
  }
}
