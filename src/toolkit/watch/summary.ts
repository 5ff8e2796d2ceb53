import { count, ms } from '../demo/demo-text.ts';
import type { ByClass } from './answer-classes.ts';
import type { CounterVerdict } from './counter-check.ts';
import { rate, span, timeOfDay } from './figures.ts';
import { panelTexts } from './panels/panel-texts.ts';
import type { Scene } from './scene.ts';
import type { ProcessSeen, StatsSeen, VerifySeen } from './sighting.ts';
import { textOf } from './styled-line.ts';

/** One moment as `--json` and `--json-stream` have it. */
export interface WatchSummary {
  readonly at: string;
  readonly server: string | null;
  readonly freshness: 'nothing' | 'live' | 'stale';
  readonly ageMs: number | null;
  readonly why: string | null;
  readonly sale: {
    readonly saleId: string;
    readonly openness: string;
    readonly epoch: number | null;
    readonly total: number | null;
    readonly free: number | null;
    readonly held: number | null;
    readonly sold: number | null;
    readonly waiting: number | null;
    readonly counters: CounterVerdict | null;
  } | null;
  readonly answers: { readonly total: ByClass; readonly perSecond: ByClass | null };
  readonly latency: readonly {
    readonly outcome: string;
    readonly count: number;
    readonly p50Ms: number;
    readonly p95Ms: number;
    readonly p99Ms: number;
  }[];
  readonly controller: string | null;
  readonly lag: StatsSeen['lag'];
  readonly holds: NonNullable<StatsSeen['sales'][number]['ledger']>['holds'] | null;
  readonly away: StatsSeen['away'];
  readonly processes: readonly ProcessSeen[];
  readonly faults: readonly string[];
  readonly verify: (VerifySeen & { readonly at: string }) | null;
}

export function summaryOf({ state, sale, nowMs, freshness }: Scene): WatchSummary {
  const stats = state.server?.stats;
  const sum = <One>(all: readonly One[] | undefined, of: (one: One) => number): number | null =>
    all === undefined ? null : all.reduce((total, one) => total + of(one), 0);
  const products = sale?.ledger?.products;
  return {
    at: new Date(nowMs).toISOString(),
    server: state.server?.name ?? null,
    freshness: freshness.kind,
    ageMs: freshness.kind === 'nothing' ? null : freshness.ageMs,
    why: freshness.kind === 'stale' ? freshness.why : null,
    sale: sale && {
      saleId: sale.saleId,
      openness: sale.openness,
      epoch: sale.epoch,
      total: sum(products, ({ total }) => total) ?? sum(sale.gate?.products, ({ total }) => total),
      free: sum(sale.gate?.products, ({ free }) => free),
      held: sum(products, ({ held }) => held),
      sold: sum(products, ({ sold }) => sold),
      waiting: sale.waiting,
      counters: state.counters.get(sale.saleId)?.verdict ?? null,
    },
    answers: { total: state.answers, perSecond: state.samples.at(-1)?.perSecond ?? null },
    latency: (stats?.http.answers ?? [])
      .filter(({ route, recent }) => route === 'POST /order' && recent.count > 0)
      .map(({ outcome, recent }) => ({ outcome, ...recent })),
    controller: stats?.controller?.holder ?? null,
    lag: stats?.lag ?? null,
    holds: sale?.ledger?.holds ?? null,
    away: stats?.away ?? [],
    processes: state.processes?.processes ?? [],
    faults: state.faults.filter(({ toMs }) => toMs === null).map(({ title }) => title),
    verify: state.verify && { ...state.verify.verify, at: new Date(state.verify.atMs).toISOString() },
  };
}

/** Of `--once`: the panels that fit a page, without colours. */
export function onceText(scene: Scene): string {
  const width = 80;
  const names = ['stock', 'verdict', 'answers', 'latency', 'flow', 'holds', 'processes'] as const;
  const { sale, state, nowMs } = scene;
  const head = `${state.server?.name ?? 'no server'} · ${sale === null ? 'no sale' : `${sale.saleId}, ${sale.openness}`} · ${timeOfDay(nowMs)} UTC`;
  const panels = names.map((name) => {
    const { title, lines } = panelTexts[name];
    const height = name === 'answers' ? 4 : name === 'stock' ? 5 : 12;
    return [title.toUpperCase(), ...lines(scene, { width, height }).map((line) => textOf(line).trimEnd())].join('\n');
  });
  return [head, ...panels].join('\n\n');
}

/** One line a second, for a log. */
export function summaryLine(summary: WatchSummary): string {
  const { sale, answers, freshness, latency } = summary;
  const time = summary.at.slice(11, 19);
  if (freshness !== 'live') {
    const age = summary.ageMs === null ? '' : ` for ${span(summary.ageMs)}`;
    return `${time} STALE${age}: ${summary.why ?? 'nothing seen yet'}`;
  }
  const accepted = latency.find(({ outcome }) => outcome === 'accepted');
  const lag = summary.lag?.reduce((total, partition) => total + Number(partition.lag), 0);
  return [
    `${time} live`,
    sale === null
      ? 'no sale'
      : `${sale.saleId} ${sale.openness} free ${sale.free === null ? '?' : count(sale.free)}/${sale.total === null ? '?' : count(sale.total)}`,
    `accepted ${count(answers.total.accepted)} (${rate(answers.perSecond?.accepted ?? 0)})`,
    `refused ${count(answers.total.refused)} (${rate(answers.perSecond?.refused ?? 0)})`,
    `waiting ${count(sale?.waiting ?? 0)}`,
    `unclear ${count(answers.total.unclear)}`,
    ...(accepted === undefined
      ? []
      : [`p50 ${ms(accepted.p50Ms)} p95 ${ms(accepted.p95Ms)} p99 ${ms(accepted.p99Ms)} ms`]),
    `lag ${lag === undefined ? '?' : count(lag)}`,
    `epoch ${sale?.epoch ?? '?'}`,
    `counters ${sale?.counters?.kind ?? 'unknown'}`,
    `verify ${summary.verify?.verdict ?? 'not run'}`,
    ...(summary.faults.length === 0 ? [] : [`fault ${summary.faults.join(', ')}`]),
  ].join(' · ');
}
