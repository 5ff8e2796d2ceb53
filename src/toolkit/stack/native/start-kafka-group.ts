import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { roleOf, type ServiceName } from '../service-name.ts';
import type { NativeService } from '../stack-file.ts';
import { servicesOf } from '../stack-shape.ts';
import { bringKafka, kafkaLibs, kafkaVersion, requireJava } from './bring-kafka.ts';
import { freePort, onFreePort } from './free-port.ts';
import { formerControllerPort, type KafkaVoter } from './kafka-properties.ts';
import { knownPort, type NativeStart, told } from './native-start.ts';
import { startKafka } from './start-kafka.ts';
import { together } from './together.ts';

/** The brokers of a stack: one alone, or three that keep three copies. */
export async function startKafkaGroup(
  names: readonly ServiceName[],
  use: NativeStart,
): Promise<readonly NativeService[]> {
  const java = await requireJava();
  const [first] = names;
  if (first !== undefined && !existsSync(kafkaLibs(use.cacheDir)))
    use.onProgress(first, `downloading Kafka ${kafkaVersion} by Maven (54 MB, once) into ${use.cacheDir}`);
  const { libs } = await bringKafka(use.cacheDir, use);
  const stackDir = use.folder.path;
  const brokers = servicesOf(use.shape).filter((name) => roleOf(name) === 'kafka');
  const voters = await votersOf(stackDir, brokers);
  const clusterId = formerClusterId(stackDir, brokers) ?? newClusterId();
  return together(
    names.map((name) => async (signal: AbortSignal) => {
      const advertisedPort = use.proxyPorts.get(name);
      const proxied = advertisedPort === undefined ? undefined : { advertisedPort, internalPort: await freePort() };
      const start = (port: number) =>
        startKafka({ name, port, proxied, voters }, { ...use, clusterId, stackDir, java, libs, signal });
      return told(await onFreePort(knownPort(name, use), start), { ...use, signal });
    }),
    use.signal,
  );
}

/**
 * The quorum is a fixed list: its ports are there before the first of them starts, and stay. One that somebody else took
 * meanwhile is changed where a broker is alone; of three the others would not know.
 */
async function votersOf(stackDir: string, brokers: readonly ServiceName[]): Promise<readonly KafkaVoter[]> {
  const voters: KafkaVoter[] = [];
  for (const [at, name] of brokers.entries()) {
    const former = formerControllerPort(stackDir, name);
    const port = former !== undefined && brokers.length > 1 ? former : await freePort(former);
    voters.push({ name, nodeId: at + 1, port });
  }
  return voters;
}

/** The cluster that the data of these brokers belong to; undefined where none of them has any. */
function formerClusterId(stackDir: string, brokers: readonly ServiceName[]): string | undefined {
  return brokers
    .filter((name) => existsSync(join(stackDir, name, 'data.made')))
    .map((name) => readFileSync(join(stackDir, name, 'data', 'meta.properties'), 'utf8'))
    .map((text) => /^cluster\.id=(.+)$/m.exec(text)?.[1])
    .find((id) => id !== undefined);
}

function newClusterId(): string {
  return randomBytes(16).toString('base64url').replace(/^-/, 'A'); // a leading dash would read as a flag
}
