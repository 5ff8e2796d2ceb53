import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FluxError } from '../../../engine/domain/flux-error.ts';
import { cachedArtifact } from './cached-artifact.ts';
import { findProgram } from './find-program.ts';
import { runProgram } from './run-program.ts';

/** Kafka 4 runs without ZooKeeper; this version is the one that our tests know. */
export const kafkaVersion = '4.1.0';
const cacheName = `kafka-${kafkaVersion}-2`;
/** Kafka 4's brokers are compiled for Java 17. */
const neededJavaMajor = 17;
/** 54 MB in 93 files, from a mirror on another continent. */
const downloadMs = 10 * 60_000;
const versionMs = 10_000;

const artifacts = [
  ['org.apache.kafka', 'kafka_2.13', kafkaVersion],
  ['org.apache.kafka', 'kafka-tools', kafkaVersion],
  // What it logs goes to stderr, from where `stack logs` has it.
  ['org.slf4j', 'slf4j-simple', '1.7.36'],
] as const;

/** Java as it was found, or what is wrong with it and the command that mends it. */
export type JavaFound =
  | { readonly kind: 'found'; readonly java: string; readonly version: string }
  | { readonly kind: 'missing'; readonly found: string; readonly mend: string };

/** The Java of $JAVA_HOME, else of the PATH, if it is new enough for Kafka. */
export async function findJava(): Promise<JavaFound> {
  const home = process.env.JAVA_HOME;
  const java = (home ? findProgram('java', join(home, 'bin')) : undefined) ?? findProgram('java');
  const mend = installCommand('openjdk', 'default-jre-headless');
  if (java === undefined) return { kind: 'missing', found: 'there is no java', mend };
  // --version (two dashes) writes to stdout, and does not exist before Java 9.
  const said = await runProgram(java, ['--version'], { timeoutMs: versionMs }).catch(() => '');
  const version = /\b(\d+(\.\d+)*)/.exec(said)?.[1] ?? 'of an unknown version';
  if (Number.parseInt(version, 10) >= neededJavaMajor) return { kind: 'found', java, version };
  return { kind: 'missing', found: `${java} is ${version}, needed is ${neededJavaMajor}`, mend };
}

/** The Java to start Kafka with. @throws FluxError `program_missing` with the command that installs one */
export async function requireJava(): Promise<string> {
  const found = await findJava();
  if (found.kind === 'found') return found.java;
  throw new FluxError('program_missing', `Kafka cannot be started: ${found.found}`, { hint: found.mend });
}

/** The program that brings Kafka's files, and the command that brings the program. Changes nothing. */
export function findMaven(): { readonly mvn: string | undefined; readonly mend: string } {
  return { mvn: findProgram('mvn'), mend: installCommand('maven', 'maven') };
}

/** The folder of Kafka's files in a cache, there or not. */
export function kafkaLibs(cacheDir: string): string {
  return join(cacheDir, cacheName);
}

/**
 * Kafka's own files, by Maven, in the cache: start it with `java -cp '<libs>/*' kafka.Kafka`. Safe in several processes at
 * once.
 * @throws FluxError `program_missing` with the command that installs Maven; `cache_unusable`
 */
export async function bringKafka(
  cacheDir: string,
  options: { readonly signal?: AbortSignal | undefined } = {},
): Promise<{ readonly libs: string }> {
  const { mvn, mend } = findMaven();
  const libs = await cachedArtifact(cacheDir, cacheName, async (folder) => {
    if (mvn === undefined) {
      throw new FluxError('program_missing', `Kafka ${kafkaVersion} comes by Maven, and there is no mvn`, {
        hint: mend,
      });
    }
    const project = join(folder, 'project');
    mkdirSync(project);
    writeFileSync(join(project, 'pom.xml'), pomText());
    const args = ['-q', '-B', 'dependency:copy-dependencies', `-DoutputDirectory=${folder}`];
    try {
      await runProgram(mvn, args, { cwd: project, timeoutMs: downloadMs, signal: options.signal });
    } catch (cause) {
      if (options.signal?.aborted) throw cause;
      throw new FluxError('program_missing', `Maven could not download Kafka ${kafkaVersion}`, {
        hint: 'curl -I https://repo.maven.apache.org/maven2/ (is it reachable? ~/.m2/settings.xml names proxies)',
        cause,
      });
    }
    rmSync(project, { recursive: true, force: true });
  });
  return { libs };
}

function pomText(): string {
  const dependencies = artifacts.map(
    ([group, artifact, version]) =>
      `<dependency><groupId>${group}</groupId><artifactId>${artifact}</artifactId><version>${version}</version></dependency>`,
  );
  return `<project xmlns="http://maven.apache.org/POM/4.0.0">
<modelVersion>4.0.0</modelVersion>
<groupId>fluxgate</groupId><artifactId>kafka-files</artifactId><version>1</version>
<dependencies>
${dependencies.join('\n')}
</dependencies>
</project>
`;
}

function installCommand(brew: string, apt: string): string {
  if (process.platform === 'darwin') return `brew install ${brew}`;
  if (findProgram('dnf')) return `sudo dnf install ${brew === 'openjdk' ? 'java-21-openjdk-headless' : brew}`;
  return `sudo apt-get install ${apt}`;
}
