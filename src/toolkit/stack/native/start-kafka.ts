import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FluxError } from '../../../engine/domain/flux-error.ts';
import type { NativeService } from '../stack-file.ts';
import type { StackParts } from '../stack-parts.ts';
import { askKafka } from './ask-kafka.ts';
import { type KafkaBroker, kafkaPropertiesPath, kafkaPropertiesText } from './kafka-properties.ts';
import { runProgram } from './run-program.ts';
import { startService } from './service-process.ts';

/** It is up in 3 s alone, and in many times that on a machine that does much else. */
const readyMs = 90_000;
const formatMs = 60_000;

interface KafkaUse {
  readonly stackDir: string;
  readonly java: string;
  /** The folder of Kafka's files. */
  readonly libs: string;
  readonly clusterId: string;
  readonly parts: StackParts;
  readonly signal: AbortSignal;
}

/** A Kafka broker that is also a controller (KRaft), without ZooKeeper, on the loopback; it answers once the quorum is there. */
export async function startKafka(broker: KafkaBroker, use: KafkaUse): Promise<NativeService> {
  const { name, port, proxied, voters } = broker;
  const folder = join(use.stackDir, name);
  const properties = kafkaPropertiesPath(use.stackDir, name);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeFileSync(properties, kafkaPropertiesText(broker), { mode: 0o600 });
  const classPath = join(use.libs, '*');
  const data = join(folder, 'data');
  if (!existsSync(`${data}.made`)) await format({ ...use, classPath, properties, data });
  const { pid, identity } = await startService({
    ...use,
    name,
    program: use.java,
    args: [...heapFlags(voters.length), ...javaFlags, '-cp', classPath, 'kafka.Kafka', properties],
    readyMs,
    ask: (timeoutMs) => askKafka(port, timeoutMs, proxied?.advertisedPort),
  });
  return { name, kind: 'native', host: '127.0.0.1', port, pid, identity };
}

/** One alone carries half a million records a second with 380 MB in all (seen); of three each has a part of the load. */
function heapFlags(brokers: number): readonly string[] {
  return brokers === 1 ? ['-Xms128m', '-Xmx512m'] : ['-Xms64m', '-Xmx256m'];
}

const javaFlags = [
  '-XX:+ExitOnOutOfMemoryError',
  '-Djava.awt.headless=true',
  // Warnings, and of the broker itself the few lines that say that it is up.
  '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn',
  '-Dorg.slf4j.simpleLogger.log.kafka.server.KafkaRaftServer=info',
  '-Dorg.slf4j.simpleLogger.showDateTime=true',
  '-Dorg.slf4j.simpleLogger.dateTimeFormat=yyyy-MM-dd HH:mm:ss.SSS',
];

/** Writes what a broker needs to find in an empty folder. Half of it is no use: the mark at the end says that all is there. */
async function format(use: {
  readonly stackDir: string;
  readonly java: string;
  readonly classPath: string;
  readonly clusterId: string;
  readonly properties: string;
  readonly data: string;
  readonly signal: AbortSignal;
}): Promise<void> {
  rmSync(`${use.data}.made`, { force: true });
  rmSync(use.data, { recursive: true, force: true });
  const tool = ['kafka.tools.StorageTool', 'format', '-t', use.clusterId, '-c', use.properties];
  try {
    const flags = ['-Xmx128m', '-XX:TieredStopAtLevel=1', '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn'];
    await runProgram(use.java, [...flags, '-cp', use.classPath, ...tool], {
      cwd: use.stackDir,
      timeoutMs: formatMs,
      signal: use.signal,
    });
  } catch (cause) {
    if (use.signal.aborted) throw cause;
    throw new FluxError('stack_start_failed', 'Kafka could not make its files', { hint: 'fluxgate doctor', cause });
  }
  writeFileSync(`${use.data}.made`, '');
}
