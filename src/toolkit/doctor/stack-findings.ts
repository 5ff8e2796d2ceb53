import { existsSync } from 'node:fs';
import type { Config } from '../../config/config-schema.ts';
import { cacheFolder } from '../stack/cache-folder.ts';
import { findDocker } from '../stack/docker/docker-daemon.ts';
import { findJava, findMaven, kafkaLibs, kafkaVersion } from '../stack/native/bring-kafka.ts';
import { findRedis } from '../stack/native/bring-redis.ts';
import { type Finding, ok } from './finding.ts';

/** What `stack up` would meet. Only it needs these, so nothing of it is `missing`: the embedded mode does without. */
export async function stackFindings(config: Config): Promise<readonly Finding[]> {
  const cacheDir = cacheFolder(config.cacheDir);
  return [await redisFinding(cacheDir), await javaFinding(), kafkaFinding(cacheDir), await dockerFinding()];
}

async function redisFinding(cacheDir: string): Promise<Finding> {
  const source = await findRedis();
  switch (source.kind) {
    case 'installed':
      return ok('redis', `${source.version} at ${source.server}`);
    case 'debian':
      return ok('redis', `not installed: stack up brings one by apt-get download, into ${cacheDir}`);
    case 'missing':
      return low('redis', source.found, source.mend);
    default:
      return source satisfies never;
  }
}

async function javaFinding(): Promise<Finding> {
  const java = await findJava();
  return java.kind === 'found' ? ok('java', `${java.version} at ${java.java}`) : low('java', java.found, java.mend);
}

function kafkaFinding(cacheDir: string): Finding {
  const libs = kafkaLibs(cacheDir);
  if (existsSync(libs)) return ok('kafka', `${kafkaVersion} in ${libs}`);
  const { mvn, mend } = findMaven();
  if (mvn === undefined) return low('kafka', `${kafkaVersion} comes by Maven, and there is no mvn`, mend);
  return ok('kafka', `stack up brings ${kafkaVersion} by ${mvn}, into ${cacheDir}`);
}

async function dockerFinding(): Promise<Finding> {
  const docker = await findDocker();
  return docker.kind === 'found'
    ? ok('docker', `${docker.version} answers`)
    : { name: 'docker', verdict: 'low', found: `for stack up --provider docker: ${docker.found}`, mend: docker.mend };
}

function low(name: string, found: string, mend: string): Finding {
  return { name, verdict: 'low', found: `for stack up: ${found}`, mend };
}
