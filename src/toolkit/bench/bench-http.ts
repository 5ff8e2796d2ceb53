import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FluxError } from '../../engine/domain/flux-error.ts';
import { type AdminClient, openAdminClient } from '../admin-client/admin-client.ts';
import { changeSale } from '../admin-client/change-sale.ts';
import { seed } from '../admin-client/seed.ts';
import { type BenchChild, startBareRoute, startServe } from './bench-children.ts';
import { doubtsAboutRound, figuresOf } from './bench-figures.ts';
import { checkFloors, httpFloors } from './bench-floors.ts';
import type { BenchMeasure, BenchRound, BenchSubject, HttpBenchResult } from './bench-http-result.ts';
import { thisMachine } from './bench-machine.ts';
import { closedLoop } from './closed-loop.ts';
import { recordedOrders, waitForLagZero } from './ledger-lag.ts';
import { machineBusySeconds } from './machine-cpu.ts';
import { orderRequests } from './order-request.ts';
import { cpuSecondsOfTree } from './process-cpu.ts';

export interface HttpBenchOptions {
  readonly connections: number;
  /** Of each measurement; a round has three. */
  readonly seconds: number;
  readonly signal?: AbortSignal;
  /** Called before each measurement with what is measured next, and where we are. */
  readonly onProgress?: (what: string, done: number, of: number) => void;
}

/** Odd, so that the median is a measurement; more take longer than anybody waits. */
const rounds = 3;
const subjects: readonly BenchSubject[] = ['bare', 'refused', 'accepted'];
/** Every path is compiled and every table has pages; not measured. */
const warmUpSeconds = 1;
const saleId = 'bench';
const products = { plenty: 'plenty', none: 'none' } as const;
/** The most that a product may have: no run of this bench sells it out. */
const plentyOfStock = 1_000_000_000;

/** What a run needs and ends with. */
interface Bench {
  readonly options: HttpBenchOptions;
  readonly bare: BenchChild;
  readonly ours: BenchChild;
  readonly admin: AdminClient;
  /** Numbers the measurements: each is a crowd of its own. */
  nextCrowd: number;
}

/**
 * Measures in one run, in turn and several times: a bare Fastify route, refusals and accepted orders of the embedded server.
 * Both servers are processes of their own; the data folder is temporary. Everything is ended and removed however this ends.
 * @throws FluxError `interrupted` where the signal aborts, `fault` where a server does not start
 */
export async function benchHttp(options: HttpBenchOptions): Promise<HttpBenchResult> {
  const startedAt = new Date().toISOString();
  const folder = await mkdtemp(join(tmpdir(), 'fluxgate-bench-'));
  const undo: (() => Promise<unknown>)[] = [() => rm(folder, { recursive: true, force: true })];
  try {
    const bare = await startBareRoute();
    undo.push(() => bare.stop());
    const ours = await startServe(join(folder, 'data'));
    undo.push(() => ours.stop());
    const admin = openAdminClient(ours.url, undefined);
    undo.push(() => admin.close());
    const bench: Bench = { options, bare, ours, admin, nextCrowd: 0 };
    await openBenchSale(admin);
    for (const subject of subjects) {
      tell(bench, `warming up ${subject}`, 0);
      await measure(bench, subject, warmUpSeconds);
    }
    await waitForLagZero(admin, options.signal);
    const measured: BenchRound[] = [];
    for (let round = 0; round < rounds; round += 1) measured.push(await measureRound(bench, round));
    return { ...resultOf(measured, options), startedAt };
  } finally {
    for (const step of undo.reverse()) await step().catch(() => {});
  }
}

async function openBenchSale(admin: AdminClient): Promise<void> {
  await seed(admin, {
    saleId,
    changes: { admissionRate: null },
    products: [
      { productId: products.plenty, quantity: plentyOfStock, limitPerUser: null, priceMinor: 100, currency: 'EUR' },
      { productId: products.none, quantity: 0, limitPerUser: null, priceMinor: 100, currency: 'EUR' },
    ],
  });
  await changeSale(admin, saleId, { state: 'open' });
}

async function measureRound(bench: Bench, round: number): Promise<BenchRound> {
  const { seconds } = bench.options;
  const take = async (subject: BenchSubject): Promise<Measured> => {
    tell(bench, subject, round * subjects.length + subjects.indexOf(subject));
    return measure(bench, subject, seconds);
  };
  const { measure: bare } = await take('bare');
  const { measure: refused } = await take('refused');
  const recordedBefore = await recordedOrders(bench.admin);
  const { measure: accepted, answersInAll, cpuBefore } = await take('accepted');
  const lagZeroAfterSeconds = await waitForLagZero(bench.admin, bench.options.signal);
  const recorded = (await recordedOrders(bench.admin)) - recordedBefore;
  if (recorded < answersInAll)
    throw new FluxError('invariant_violated', `${answersInAll} orders were accepted, ${recorded} are in the ledger`);
  const cpuAfter = await cpuSecondsOfTree(bench.ours.pid);
  const cpuMicrosPerAnswer = cpuMicros(cpuBefore, cpuAfter, answersInAll);
  return { bare, refused, accepted: { ...accepted, cpuMicrosPerAnswer }, lagZeroAfterSeconds };
}

interface Measured {
  readonly measure: BenchMeasure;
  /** Of the wanted kind, those after the measured time included. */
  readonly answersInAll: number;
  readonly cpuBefore: number | null;
}

async function measure(bench: Bench, subject: BenchSubject, seconds: number): Promise<Measured> {
  const server = subject === 'bare' ? bench.bare : bench.ours;
  const { host, hostname, port } = new URL(server.url);
  const productId = subject === 'refused' ? products.none : products.plenty;
  const crowd = `b${bench.nextCrowd.toString().padStart(3, '0')}`;
  bench.nextCrowd += 1;
  const { connections, signal } = bench.options;
  const request = orderRequests({ host, crowd, saleId, productId });
  const cpuBefore = await cpuSecondsOfTree(server.pid);
  const foreignBefore = await foreignCpuSeconds(bench);
  const asked = { host: hostname, port: Number(port), connections, seconds, request };
  const startedAt = performance.now();
  const result = await closedLoop(signal === undefined ? asked : { ...asked, signal });
  const tookSeconds = (performance.now() - startedAt) / 1_000;
  if (signal?.aborted) throw new FluxError('interrupted', 'the bench was interrupted');
  const cpuAfter = await cpuSecondsOfTree(server.pid);
  const foreignAfter = await foreignCpuSeconds(bench);
  const wanted = subject === 'refused' ? 409 : 200;
  const answers = result.byStatus.get(wanted) ?? 0;
  const answersInAll = result.byStatusInAll.get(wanted) ?? 0;
  const measured: BenchMeasure = {
    perSecond: (result.answersPerSecond * answers) / Math.max(1, result.answers),
    latencyMs: result.latencyMs,
    others: result.answers - answers + result.lost,
    cpuMicrosPerAnswer: cpuMicros(cpuBefore, cpuAfter, answersInAll),
    serverCores: coresOver(cpuBefore, cpuAfter, tookSeconds),
    foreignCores: coresOver(foreignBefore, foreignAfter, tookSeconds),
    generatorBusy: result.generatorBusy,
  };
  return { measure: measured, answersInAll, cpuBefore };
}

/** What the machine spent on anything but this bench, since some moment in the past; null where the system does not say. */
async function foreignCpuSeconds({ bare, ours }: Bench): Promise<number | null> {
  const all = await machineBusySeconds();
  const servers = [await cpuSecondsOfTree(bare.pid), await cpuSecondsOfTree(ours.pid)];
  if (all === null) return null;
  const { user, system } = process.cpuUsage();
  return servers.reduce<number>((left, seconds) => left - (seconds ?? 0), all - (user + system) / 1e6);
}

function coresOver(before: number | null, after: number | null, seconds: number): number | null {
  return before === null || after === null ? null : Math.max(0, (after - before) / seconds);
}

function cpuMicros(before: number | null, after: number | null, answers: number): number | null {
  if (before === null || after === null || answers === 0) return null;
  return ((after - before) * 1e6) / answers;
}

function tell({ options }: Bench, what: string, done: number): void {
  if (options.signal?.aborted) throw new FluxError('interrupted', 'the bench was interrupted');
  options.onProgress?.(what, done, rounds * subjects.length);
}

function resultOf(measured: readonly BenchRound[], options: HttpBenchOptions): Omit<HttpBenchResult, 'startedAt'> {
  const figures = figuresOf(measured);
  const machine = thisMachine();
  const { connections, seconds } = options;
  return {
    format: 'fluxgate-bench-http',
    version: 1,
    machine,
    connections,
    seconds,
    rounds: measured,
    figures,
    floors: checkFloors(figures, httpFloors),
    doubts: measured.flatMap((round, n) =>
      doubtsAboutRound(round, { connections, seconds, cores: machine.cores }).map(
        (doubt) => `round ${n + 1}: ${doubt}`,
      ),
    ),
  };
}
