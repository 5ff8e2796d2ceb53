import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cacheFolder } from '../../src/toolkit/stack/cache-folder.ts';
import { bringKafka, findJava } from '../../src/toolkit/stack/native/bring-kafka.ts';
import { eventually } from './eventually.ts';

/** A throwaway Kafka broker (KRaft, one node) for one test file. */
export interface TestKafka {
  /** `127.0.0.1:port`; stays the same over `kill` and `start`. */
  readonly broker: string;
  readonly pid: number;
  /** A topic name that nobody has used. */
  topic(): string;
  /** SIGKILL; resolves when the process is gone. */
  kill(): Promise<void>;
  /** Starts it again on what it had written. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** A broker is up in 3 s on an idle machine; five other processes may be at work. */
const readyMs = 50_000;

/** Starts one, with `more` broker settings; call `stop` in afterAll. Where the test process is killed, a watchdog cleans up behind it. */
export async function startTestKafka(more: Readonly<Record<string, string | number>> = {}): Promise<TestKafka> {
  const found = await findJava();
  if (found.kind === 'missing') throw new Error(`${found.found}. Try: ${found.mend}`);
  const { libs } = await bringKafka(cacheFolder(process.env.FLUXGATE_CACHE_DIR));
  const folder = mkdtempSync(join(tmpdir(), 'fluxgate-kafka-'));
  const [port, controllerPort] = await freePorts();
  const properties = join(folder, 'server.properties');
  writeFileSync(properties, propertiesText(folder, port, controllerPort, more));
  const id = randomBytes(16).toString('base64url');
  const classPath = join(libs, '*');
  const java = (heap: string, main: string, args: readonly string[]) =>
    spawn(found.java, [heap, '-cp', classPath, main, ...args], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  await untilFormatted(
    java('-Xmx128m', 'kafka.tools.StorageTool', ['format', '--standalone', '-t', id, '-c', properties]),
  );

  let child: ChildProcess;
  let watchdog: ChildProcess | undefined;
  const start = async () => {
    child = java('-Xmx512m', 'kafka.Kafka', [properties]);
    child.stdout?.resume();
    child.stderr?.resume();
    watchdog?.kill('SIGKILL');
    watchdog = watch(folder, pidOf(child));
    await eventually('Kafka is up', () => answers(child, port), readyMs);
  };
  const kill = async () => {
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  };
  await start();
  return {
    broker: `127.0.0.1:${port}`,
    get pid() {
      return pidOf(child);
    },
    topic: () => `orders-${randomBytes(6).toString('hex')}`,
    kill,
    start,
    async stop() {
      if (child.exitCode === null && child.signalCode === null) await kill();
      watchdog?.kill('SIGKILL');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function pidOf(child: ChildProcess): number {
  if (child.pid === undefined) throw new Error('java did not start');
  return child.pid;
}

async function untilFormatted(child: ChildProcess): Promise<void> {
  let said = '';
  child.stdout?.on('data', (text: Buffer) => {
    said += text.toString();
  });
  child.stderr?.on('data', (text: Buffer) => {
    said += text.toString();
  });
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`Kafka's storage could not be made: ${said}`);
}

/** A broker listens only once it serves. */
async function answers(child: ChildProcess, port: number): Promise<boolean> {
  if (child.exitCode !== null || child.signalCode !== null) throw new Error('Kafka has ended');
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });
}

async function freePorts(): Promise<readonly [number, number]> {
  const servers = [createServer(), createServer()] as const;
  const ports = await Promise.all(
    servers.map(async (server) => {
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      const address = server.address();
      return typeof address === 'object' && address !== null ? address.port : 0;
    }),
  );
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return [ports[0] ?? 0, ports[1] ?? 0];
}

function propertiesText(
  folder: string,
  port: number,
  controllerPort: number,
  more: Readonly<Record<string, string | number>>,
): string {
  const settings = {
    'process.roles': 'broker,controller',
    'node.id': 1,
    'controller.quorum.bootstrap.servers': `127.0.0.1:${controllerPort}`,
    listeners: `PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}`,
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
    'controller.listener.names': 'CONTROLLER',
    'log.dirs': join(folder, 'data'),
    'auto.create.topics.enable': false,
    'offsets.topic.replication.factor': 1,
    // The default of 50 is 50 folders and 100 files to open at each start.
    'offsets.topic.num.partitions': 1,
    'transaction.state.log.replication.factor': 1,
    'transaction.state.log.min.isr': 1,
    'group.initial.rebalance.delay.ms': 0,
    // A broker that comes back after a kill is let in again at once.
    'broker.session.timeout.ms': 3_000,
    'log.index.size.max.bytes': 1_048_576,
    ...more,
  };
  return Object.entries(settings)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');
}

/** Waits for this process to go, then kills that broker (if the id is still a java's) and removes the folder. */
function watch(folder: string, pid: number): ChildProcess {
  const script =
    'while kill -0 "$1" 2>/dev/null; do sleep 1; done; ' +
    'case "$(ps -o comm= -p "$2")" in java*) kill -9 "$2";; esac; sleep 1; rm -rf "$3"';
  const child = spawn('sh', ['-c', script, 'sh', String(process.pid), String(pid), folder], {
    detached: true,
    stdio: 'ignore',
  });
  child.unref();
  return child;
}
