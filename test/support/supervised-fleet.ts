import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Pool } from 'pg';
import { expect } from 'vitest';
import { stackParts } from '../../src/compose-stack.ts';
import { type FaultProxyClient, faultProxyClient } from '../../src/toolkit/fault-proxy/fault-proxy-client.ts';
import type { ServiceName } from '../../src/toolkit/stack/service-name.ts';
import { type NativeService, readStackFile, writeStackFile } from '../../src/toolkit/stack/stack-file.ts';
import { redisNames, redisTopologyOf, type StackVariant } from '../../src/toolkit/stack/stack-shape.ts';
import type { VerifyReport } from '../../src/toolkit/verify/report-schema.ts';
import { type RunningCli, runCli, startCli } from './cli.ts';
import { eventually } from './eventually.ts';
import { type FrontedRedis, frontRedis } from './fronted-redis.ts';
import { proxyKafka } from './proxied-kafka.ts';
import { isReady, startServe } from './serve.ts';
import { runningAt, type Supervised, supervise, superviseService } from './supervised.ts';
import { throwawayFolder } from './throwaway-folder.ts';
import { type ThrowawayStack, throwawayStack } from './throwaway-stack.ts';

type Service = 'redis' | 'kafka' | 'postgres';

/** A server or a worker of a fleet. */
export interface FleetProcess extends Supervised {
  /** Of the process that runs now, or of the last one that did. */
  readonly url: string;
  /** What its processes said, one after the other. */
  said(): string;
}

/** A Redis of the stack's, primary or replica. */
export interface RedisNodeProcess {
  readonly port: number;
  readonly process: Supervised;
}

/** Servers and workers of the built binary on a real stack, each part under a supervisor that starts again what has gone. */
export interface StackFleet {
  readonly stack: ThrowawayStack;
  /** A folder of this fleet, for histories. */
  readonly path: string;
  readonly services: Readonly<Record<Service, Supervised>>;
  /** Every Redis of the stack; the first one is `services.redis`. */
  readonly redisNodes: readonly RedisNodeProcess[];
  /** Where each answers, with what it takes to log in. */
  readonly addresses: Readonly<Record<Service, NativeService>>;
  readonly servers: readonly FleetProcess[];
  readonly workers: readonly FleetProcess[];
  /** In front of Kafka, where that was asked for. */
  readonly proxy: FaultProxyClient | null;
  /** In front of Redis, where that was asked for: the first server's own, and everybody else's. */
  readonly fronts: FrontedRedis | null;
  /** Connections to the ledger. */
  readonly ledger: Pool;
  /** Each server in turn, those that are down included: a load balancer that has not noticed yet. */
  target(): string;
  /** The worker that has the controller's lease; undefined where it is nobody's, or that of one that has gone. */
  controller(): Promise<FleetProcess | undefined>;
  /** Whether every process is ready. */
  isReady(): Promise<boolean>;
  /** Demands that `verify` finds nothing wrong, with these histories. */
  prove(histories: readonly string[]): Promise<VerifyReport>;
  remove(): Promise<void>;
}

/** A worker that starts waits for nobody but its dependencies. */
const workerReadyMs = 30_000;
/** Longer than any test file. */
const deadlineMs = 90 * 60_000;

export async function stackFleet(use: {
  readonly servers: number;
  readonly workers: number;
  /** What the stack has instead of one Redis and one broker. */
  readonly variants?: readonly StackVariant[];
  /** Kafka is reached through the fault proxy. */
  readonly proxied?: boolean;
  /** Redis is reached through fronts, the first server through one of its own. */
  readonly fronted?: boolean;
  readonly env?: Readonly<Record<string, string>>;
}): Promise<StackFleet> {
  const folder = throwawayFolder();
  const stack = throwawayStack();
  const variants = use.variants ?? [];
  const found = await stack.up({ asked: { variants, proxied: false } });
  const service = (name: ServiceName) => {
    const one = found.find((each) => each.name === name);
    if (one === undefined) throw new Error(`the stack has no ${name}`);
    return one;
  };
  const { stackDir } = stack;
  const addresses = { redis: service('redis'), kafka: service('kafka'), postgres: service('postgres') };
  const supervised = (name: ServiceName) =>
    superviseService({
      name,
      pid: service(name).pid,
      stopSignal: 'SIGTERM',
      stackDir,
      onStarted: (pid) => noteProcess(stackDir, name, pid),
    });
  const redis = supervised('redis');
  const redisNodes = redisNames[redisTopologyOf({ variants })].map((name) => ({
    port: service(name).port,
    process: name === 'redis' ? redis : supervised(name),
  }));
  const services = {
    redis,
    kafka: supervised('kafka'),
    postgres: superviseLedger(addresses.postgres, stackDir),
  };
  const proxy = use.proxied ? await proxyKafka(stackDir, addresses.kafka, services.kafka) : null;
  const fronts = use.fronted ? await frontRedis(stackDir, addresses) : null;
  const { host, port, user, password, database } = addresses.postgres;
  const ledger = new Pool({ host, port, user, password, database, max: 4 });
  ledger.on('error', () => {}); // of idle connections to a PostgreSQL that went
  const env = {
    FLUXGATE_MODE: 'stack',
    FLUXGATE_STACK_DIR: stack.stackDir,
    FLUXGATE_LOG_LEVEL: 'warn',
    ...use.env,
  };
  expect(await runCli(['migrate', 'up'], { env, cwd: folder.path })).toMatchObject({ code: 0 });
  const names = (kind: string, count: number) => Array.from({ length: count }, (_, at) => `${kind}-${at + 1}`);
  const workers = await Promise.all(
    names('worker', use.workers).map((name) => superviseWorker({ name, path: folder.path, stackDir, env })),
  );
  const servers = await Promise.all(
    names('server', use.servers).map((name, at) =>
      superviseServer({
        name,
        path: folder.path,
        stackDir,
        env: at === 0 && fronts !== null ? { ...env, FLUXGATE_STACK_DIR: fronts.aloneDir } : env,
      }),
    ),
  );
  let turn = 0;

  const fleet: StackFleet = {
    stack,
    path: folder.path,
    services,
    redisNodes,
    addresses,
    servers,
    workers,
    fronts,
    proxy: proxy && faultProxyClient(proxy.url),
    ledger,
    target() {
      turn += 1;
      return servers[turn % servers.length]?.url ?? '';
    },
    async controller() {
      const { rows } = await ledger.query<{ holder: string }>(
        `select holder from leases where name = 'controller' and expires_at > clock_timestamp()`,
      );
      const pid = /:(\d+)\//.exec(rows[0]?.holder ?? '')?.[1];
      return workers.find((worker) => String(worker.pid) === pid);
    },
    async isReady() {
      const answers = await Promise.all([...servers, ...workers].map(({ url }) => isReady(url)));
      return answers.every(Boolean);
    },
    async prove(histories) {
      const dataDir = join(folder.path, 'server-1');
      const flags = ['--data-dir', dataDir, '--wait', '60s', ...histories.flatMap((path) => ['--history', path])];
      const result = await runCli(['verify', '--json', ...flags], { env, cwd: folder.path, deadlineMs: 120_000 });
      // Our own command's document, of the schema it publishes.
      const report = JSON.parse(result.stdout) as VerifyReport;
      const found = (report.invariants ?? []).flatMap((one) => one.findings.map((each) => each.text));
      expect({ code: result.code, found, reasons: report.reasons ?? report, stderr: result.stderr }).toMatchObject({
        code: 0,
        found: [],
        reasons: [],
      });
      return report;
    },
    async remove() {
      await Promise.all([...servers, ...workers].map((each) => each.end()));
      await ledger.end();
      await Promise.all([proxy?.close(), fronts?.close()]);
      // Data that go need no order.
      const all = [...redisNodes.map((node) => node.process), services.kafka, services.postgres];
      await Promise.all(all.map((each) => each.end('SIGKILL')));
      await stack.remove();
      await folder.remove();
    },
  };
  await eventually('the fleet is ready', fleet.isReady, 60_000);
  return fleet;
}

/** What `stack up` would write: a stack file of processes that have all gone is refused as stale. */
function noteProcess(stackDir: string, name: ServiceName, pid: number): void {
  const file = readStackFile(stackDir);
  const identity = stackParts.identityOf(pid);
  if (file === null || identity === undefined) return; // it has gone again
  const services = file.services.map((each) =>
    each.name === name && each.kind === 'native' ? { ...each, pid, identity } : each,
  );
  writeStackFile(stackDir, { ...file, services });
}

/** Runs as another user where we are root, and waits for sessions of the one before: the stack knows how. */
function superviseLedger({ pid, port }: NativeService, stackDir: string): Supervised {
  return supervise({
    name: 'postgres',
    stopSignal: 'SIGINT', // fast shutdown: it does not wait for its clients
    first: runningAt(pid),
    async start() {
      const folder = stackParts.holdFolder(stackDir);
      try {
        const { pid: next } = await stackParts.postgres.start(folder, port);
        noteProcess(stackDir, 'postgres', next);
        return runningAt(next);
      } finally {
        folder.close();
      }
    },
  });
}

interface OwnProcess {
  readonly name: string;
  /** Where its data folder is. */
  readonly path: string;
  readonly stackDir: string;
  readonly env: Readonly<Record<string, string>>;
}

async function superviseServer(use: OwnProcess): Promise<FleetProcess> {
  return superviseOwn(use, async (all) => {
    const { url, servingPid, cli } = await startServe(join(use.path, use.name), { env: use.env });
    all.push(cli);
    return { url, pid: servingPid, cli };
  });
}

async function superviseWorker(use: OwnProcess): Promise<FleetProcess> {
  return superviseOwn(use, async (all) => {
    const cli = startCli(['worker', '--port', '0'], { env: use.env, cwd: use.path, deadlineMs });
    all.push(cli);
    try {
      const [, url = ''] = await cli.waitFor(/worker ready, health at (\S+)\/readyz/, workerReadyMs);
      return { url, pid: cli.pid, cli };
    } catch (error) {
      cli.kill('SIGKILL');
      throw error;
    }
  });
}

/** `launch` starts the next one, adds it to all there were, and resolves when it is ready. */
async function superviseOwn(
  { name, stackDir }: OwnProcess,
  launch: (all: RunningCli[]) => Promise<{ readonly url: string; readonly pid: number; readonly cli: RunningCli }>,
): Promise<FleetProcess> {
  let url = '';
  const all: RunningCli[] = [];
  const start = async () => {
    const started = await launch(all);
    url = started.url;
    // What ends a forgotten stack (throwaway-stack.ts) goes by these files.
    writeFileSync(join(stackDir, `${name}.pid`), `${started.pid} 0\n`);
    return { pid: started.pid, gone: started.cli.ended };
  };
  const supervised = supervise({ name, stopSignal: 'SIGTERM', first: await start(), start });
  // Not spread: `pid` has to stay a getter.
  return Object.create(supervised, {
    url: { get: () => url },
    said: { value: () => all.map((cli) => cli.stderr).join('') },
  });
}
