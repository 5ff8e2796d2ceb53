import type { Probe } from '../experiment/experiment.ts';
import type { ChaosSystem, OwnPart } from '../system/chaos-system.ts';
import type { AnswerWindow } from './answer-window.ts';
import { askStats, type StatsAnswer } from './ask-stats.ts';

/** An idle server answers this in a millisecond. */
const answerMs = 1_000;

/** Asks every probe at this moment; null where nobody answers. `/stats` is asked once for all that read it. */
export async function askProbes(
  probes: readonly Probe[],
  use: { readonly system: ChaosSystem; readonly window: AnswerWindow },
): Promise<readonly (number | null)[]> {
  const readsStats = probes.some(({ kind }) => kind === 'lag' || kind === 'stock' || kind === 'stats');
  const stats = readsStats ? await anyStats(use.system.servers) : null;
  return Promise.all(probes.map((probe) => askProbe(probe, { ...use, stats })));
}

async function anyStats(servers: readonly OwnPart[]): Promise<StatsAnswer | null> {
  const answers = await Promise.all(servers.map(({ url }) => askStats(url)));
  return answers.find((answer) => answer !== null) ?? null;
}

interface ProbeUse {
  readonly system: ChaosSystem;
  readonly window: AnswerWindow;
  readonly stats: StatsAnswer | null;
}

async function askProbe(probe: Probe, { system, window, stats }: ProbeUse): Promise<number | null> {
  switch (probe.kind) {
    case 'http':
      return answeringShare(probe, system);
    case 'share':
      return window.share(probe.outcomes, probe.windowMs);
    case 'rate':
      return window.rate(probe.outcomes, probe.windowMs);
    case 'latency':
      return window.slowestMs(probe.windowMs);
    case 'lag':
      return stats?.lag?.reduce((sum, { lag }) => sum + Number(lag), 0) ?? null;
    case 'stock':
      return stats === null ? null : stockFigure(probe.figure, stats, system.saleId);
    case 'stats':
      return numberAt(stats, probe.path);
    default:
      return probe satisfies never;
  }
}

async function answeringShare(
  { of, path }: Extract<Probe, { readonly kind: 'http' }>,
  system: ChaosSystem,
): Promise<number | null> {
  const own = [...system.servers, ...system.workers];
  const kind = of.replace('every-', '');
  const asked = own.filter((part) => part.name === of || part.kind === kind);
  if (asked.length === 0) return null;
  const answers = await Promise.all(asked.map(({ url }) => answers200(`${url}${path}`)));
  return answers.filter(Boolean).length / asked.length;
}

async function answers200(url: string): Promise<boolean> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(answerMs) });
    await answer.arrayBuffer();
    return answer.status === 200;
  } catch {
    return false;
  }
}

/** A figure of the sale; null where the book that has it does not answer. */
export function stockFigure(
  figure: Extract<Probe, { readonly kind: 'stock' }>['figure'],
  stats: StatsAnswer,
  saleId: string,
): number | null {
  const sale = stats.sales.find((each) => each.saleId === saleId);
  const ledger = sale?.ledger?.products;
  const sum = <One>(all: readonly One[] | undefined, of: (one: One) => number) =>
    all?.reduce((total, one) => total + of(one), 0) ?? null;
  switch (figure) {
    case 'free':
      return sum(sale?.gate?.products, ({ free }) => free);
    case 'held':
      return sum(ledger, ({ held }) => held);
    case 'sold':
      return sum(ledger, ({ sold }) => sold);
    case 'oversold':
      return sum(ledger, ({ total, held, sold }) => Math.max(0, held + sold - total));
    case 'outbox':
      return sale?.gate?.outbox ?? null;
    case 'overdue':
      return sale?.ledger?.holds.overdue ?? null;
    default:
      return figure satisfies never;
  }
}

/** The number at a dotted path; null where there is none. */
export function numberAt(document: unknown, path: string): number | null {
  const found = path.split('.').reduce<unknown>((at, key) => Reflect.get(Object(at), key), document);
  const number = typeof found === 'string' && /^-?\d+$/.test(found) ? Number(found) : found;
  return typeof number === 'number' && Number.isFinite(number) ? number : null;
}
