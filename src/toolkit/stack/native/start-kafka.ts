import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FluxError } from '../../../engine/domain/flux-error.ts';
import type { NativeService } from '../stack-file.ts';
import type { StackParts } from '../stack-parts.ts';
import { askKafka } from './ask-kafka.ts';
import { freePort, onFreePort } from './free-port.ts';
import { runProgram } from './run-program.ts';
import { startService } from './service-process.ts';

/** It is up in 3 s alone, and in many times that on a machine that does much else. */
const readyMs = 90_000;
const formatMs = 60_000;

/** A Kafka broker that is its own controller (KRaft), without ZooKeeper, on the loopback. */
export function startKafka(use: KafkaUse): Promise<NativeService> {
  return onFreePort(use.preferredPort, (port) => startOn(port, use));
}

interface KafkaUse {
  readonly stackDir: string;
  readonly java: string;
  readonly libs: string;
  readonly preferredPort: number | undefined;
  readonly parts: StackParts;
  readonly signal?: AbortSignal | undefined;
}

async function startOn(port: number, use: KafkaUse): Promise<NativeService> {
  const folder = join(use.stackDir, 'kafka');
  const data = join(folder, 'data');
  const properties = join(folder, 'server.properties');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const controllerPort = await freePort(formerControllerPort(properties));
  writeFileSync(properties, propertiesText({ port, controllerPort }), { mode: 0o600 });
  const classPath = join(use.libs, '*');
  if (!existsSync(`${data}.made`)) await format({ ...use, classPath, properties, data });
  const { pid, identity } = await startService({
    ...use,
    name: 'kafka',
    program: use.java,
    args: [...javaFlags, '-cp', classPath, 'kafka.Kafka', properties],
    readyMs,
    ask: (timeoutMs) => askKafka(port, timeoutMs),
  });
  return { name: 'kafka', kind: 'native', host: '127.0.0.1', port, pid, identity };
}

const javaFlags = [
  // Seen: 380 MB in all for half a million records a second.
  '-Xms128m',
  '-Xmx512m',
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
  readonly properties: string;
  readonly data: string;
  readonly signal?: AbortSignal | undefined;
}): Promise<void> {
  rmSync(`${use.data}.made`, { force: true });
  rmSync(use.data, { recursive: true, force: true });
  const clusterId = randomBytes(16).toString('base64url').replace(/^-/, 'A'); // a leading dash would read as a flag
  const tool = ['kafka.tools.StorageTool', 'format', '--standalone', '-t', clusterId, '-c', use.properties];
  try {
    const flags = ['-Xmx128m', '-XX:TieredStopAtLevel=1', '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn'];
    await runProgram(use.java, [...flags, '-cp', use.classPath, ...tool], {
      cwd: use.stackDir,
      timeoutMs: formatMs,
      signal: use.signal,
    });
  } catch (cause) {
    if (use.signal?.aborted) throw cause;
    throw new FluxError('stack_start_failed', 'Kafka could not make its files', { hint: 'fluxgate doctor', cause });
  }
  writeFileSync(`${use.data}.made`, '');
}

/** The port that the quorum remembers; undefined where there is none yet. */
function formerControllerPort(properties: string): number | undefined {
  if (!existsSync(properties)) return undefined;
  const port = /CONTROLLER:\/\/127\.0\.0\.1:(\d+)/.exec(readFileSync(properties, 'utf8'))?.[1];
  return port === undefined ? undefined : Number(port);
}

function propertiesText(use: { readonly port: number; readonly controllerPort: number }): string {
  const settings = {
    'process.roles': 'broker,controller',
    'node.id': 1,
    'controller.quorum.bootstrap.servers': `127.0.0.1:${use.controllerPort}`,
    listeners: `PLAINTEXT://127.0.0.1:${use.port},CONTROLLER://127.0.0.1:${use.controllerPort}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${use.port},CONTROLLER://127.0.0.1:${use.controllerPort}`,
    'controller.listener.names': 'CONTROLLER',
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
    // relative to the stack's folder, where it is started: this file knows Latin-1 only, and commas part folders
    'log.dirs': 'kafka/data',
    // One broker has one copy of everything.
    'default.replication.factor': 1,
    'min.insync.replicas': 1,
    'offsets.topic.replication.factor': 1,
    'transaction.state.log.replication.factor': 1,
    'transaction.state.log.min.isr': 1,
    'share.coordinator.state.topic.replication.factor': 1,
    'share.coordinator.state.topic.min.isr': 1,
    // Made on the first commit of an offset: 50 partitions take seconds, a few consumer groups need none of them.
    'offsets.topic.num.partitions': 4,
    'transaction.state.log.num.partitions': 4,
    // A group of development starts at once.
    'group.initial.rebalance.delay.ms': 0,
    // A broker that was killed is let in again only when its last session is over: 9 s by default.
    'broker.session.timeout.ms': 4000,
    'broker.heartbeat.interval.ms': 1000,
    // A topic by a mistyped name would have none of our settings.
    'auto.create.topics.enable': false,
    'unclean.leader.election.enable': false,
    // Its default (128 MB) is a quarter of the heap.
    'log.cleaner.dedupe.buffer.size': 16 * 1024 * 1024,
    'num.network.threads': 2,
    'num.io.threads': 4,
  };
  return `${Object.entries(settings)
    .map(([name, value]) => `${name}=${value}`)
    .join('\n')}\n`;
}
