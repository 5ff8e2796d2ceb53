import { FluxError } from '../../engine/domain/flux-error.ts';
import type { AdminClient } from '../admin-client/admin-client.ts';
import { changeSale } from '../admin-client/change-sale.ts';
import { seed } from '../admin-client/seed.ts';
import type { BenchChild } from './bench-children.ts';
import type { BenchMeasure, BenchSubject } from './bench-http-result.ts';
import { closedLoop } from './closed-loop.ts';
import { machineBusySeconds } from './machine-cpu.ts';
import { orderRequests } from './order-request.ts';
import { cpuSecondsOfTree } from './process-cpu.ts';

export const saleId = 'bench';
const products = { plenty: 'plenty', none: 'none' } as const;
/** Half of the most that a product may have: no run of this bench sells it out. */
const plentyOfStock = 500_000_000;

/** What a run asks, and with what. */
export interface Measuring {
  readonly options: { readonly connections: number; readonly signal?: AbortSignal };
  readonly bare: BenchChild;
  readonly ours: BenchChild;
  readonly admin: AdminClient;
  /** Processes that belong to the bench beside the two servers. */
  readonly parts: readonly number[];
  /** Numbers the measurements: each is a crowd of its own. */
  nextCrowd: number;
}

/** A sale with a product that never runs out and one that has nothing. */
export async function openBenchSale(admin: AdminClient): Promise<void> {
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

export interface Measured {
  readonly measure: BenchMeasure;
  /** Of the wanted kind, those after the measured time included. */
  readonly answersInAll: number;
  readonly cpuBefore: number | null;
}

/** Asks one server for one kind of answer, as fast as it gives them. @throws FluxError `interrupted`, `server_unreachable` */
export async function measure(bench: Measuring, subject: BenchSubject, seconds: number): Promise<Measured> {
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
async function foreignCpuSeconds({ bare, ours, parts }: Measuring): Promise<number | null> {
  const all = await machineBusySeconds();
  const servers = await Promise.all([bare.pid, ours.pid, ...parts].map(cpuSecondsOfTree));
  if (all === null) return null;
  const { user, system } = process.cpuUsage();
  return servers.reduce<number>((left, seconds) => left - (seconds ?? 0), all - (user + system) / 1e6);
}

function coresOver(before: number | null, after: number | null, seconds: number): number | null {
  return before === null || after === null ? null : Math.max(0, (after - before) / seconds);
}

/** Processor time for one answer. */
export function cpuMicros(before: number | null, after: number | null, answers: number): number | null {
  if (before === null || after === null || answers === 0) return null;
  return ((after - before) * 1e6) / answers;
}
