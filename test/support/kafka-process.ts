import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { cacheFolder } from '../../src/toolkit/stack/cache-folder.ts';
import { bringKafka, findJava } from '../../src/toolkit/stack/native/bring-kafka.ts';
import { eventually } from './eventually.ts';

/** Broker settings, as in server.properties. */
export type KafkaSettings = Readonly<Record<string, string | number | boolean>>;

/** One broker's process. */
export interface KafkaProcess {
  readonly pid: number;
  /** SIGKILL; resolves when the process is gone. */
  kill(): Promise<void>;
  /** Starts it (again, on what it had written) and waits until it listens. */
  start(): Promise<void>;
  /** Kills it, and removes its folder. */
  stop(): Promise<void>;
}

/** A broker is up in 3 s on an idle machine; five other processes may be at work. */
const readyMs = 50_000;

/**
 * Formats a broker's storage in `folder`, which becomes its own; starts nothing. Where the test process is killed, a
 * watchdog cleans up behind it.
 */
export async function createKafkaProcess(use: {
  readonly folder: string;
  readonly port: number;
  readonly settings: KafkaSettings;
  /** What `StorageTool format` is told besides. */
  readonly format: readonly string[];
  readonly heapMb: number;
}): Promise<KafkaProcess> {
  const { folder, port } = use;
  const found = await findJava();
  if (found.kind === 'missing') throw new Error(`${found.found}. Try: ${found.mend}`);
  const { libs } = await bringKafka(cacheFolder(process.env.FLUXGATE_CACHE_DIR));
  const properties = join(folder, 'server.properties');
  writeFileSync(properties, textOf({ ...use.settings, 'log.dirs': join(folder, 'data') }));
  const java = (heapMb: number, main: string, args: readonly string[]) =>
    spawn(found.java, [`-Xmx${heapMb}m`, '-cp', join(libs, '*'), main, ...args], {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  await untilFormatted(java(128, 'kafka.tools.StorageTool', ['format', '-c', properties, ...use.format]));

  let child: ChildProcess | undefined;
  let watchdog: ChildProcess | undefined;
  const kill = async () => {
    if (child === undefined || hasEnded(child)) return;
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  };
  return {
    get pid() {
      return pidOf(child);
    },
    kill,
    async start() {
      const broker = java(use.heapMb, 'kafka.Kafka', [properties]);
      child = broker;
      const errors = errorsOf(broker);
      watchdog?.kill('SIGKILL');
      watchdog = watch(folder, pidOf(broker));
      await eventually('Kafka is up', () => answers(broker, port, errors), readyMs);
    },
    async stop() {
      await kill();
      watchdog?.kill('SIGKILL');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

function pidOf(child: ChildProcess | undefined): number {
  if (child?.pid === undefined) throw new Error('java did not start');
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

/** The first errors that a process wrote: the reason why a broker that ended did so. */
function errorsOf(child: ChildProcess): () => string {
  const errors: string[] = [];
  const read = (text: Buffer) => {
    if (errors.length < maxErrors)
      errors.push(
        ...text
          .toString()
          .split('\n')
          .filter((line) => /ERROR|Exception/.test(line)),
      );
  };
  child.stdout?.on('data', read);
  child.stderr?.on('data', read);
  return () => errors.slice(0, maxErrors).join('\n');
}

const maxErrors = 10;

/** A broker listens only once it serves. */
async function answers(child: ChildProcess, port: number, errors: () => string): Promise<boolean> {
  if (hasEnded(child)) throw new Error(`Kafka has ended: ${errors()}`);
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });
}

function textOf(settings: KafkaSettings): string {
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
