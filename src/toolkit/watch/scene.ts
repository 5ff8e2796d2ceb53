import type { SaleSeen } from './sighting.ts';
import type { Ui } from './ui.ts';
import type { WatchState } from './watch-state.ts';

export type Freshness =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'live'; readonly ageMs: number }
  /** The figures on the screen are old; `why` says what is wrong with the server. */
  | { readonly kind: 'stale'; readonly ageMs: number; readonly why: string };

/** Everything that the views draw, at one moment. */
export interface Scene {
  readonly state: WatchState;
  readonly ui: Ui;
  readonly nowMs: number;
  readonly freshness: Freshness;
  /** The one that the dashboard is about; null where there is none yet. */
  readonly sale: SaleSeen | null;
}

/** A server answers each second and within 1.5 s; who has said nothing for longer than this says nothing. */
export const freshForMs = 4_000;

export function freshnessOf({ server, silence }: WatchState, nowMs: number): Freshness {
  if (server === null) return { kind: 'nothing' };
  const ageMs = Math.max(0, nowMs - server.statsAtMs);
  if (silence !== null) return { kind: 'stale', ageMs, why: silence.why };
  if (ageMs > freshForMs) return { kind: 'stale', ageMs, why: 'no answer' };
  return { kind: 'live', ageMs };
}

/** As far back as a sale counts as one that moves. */
const movingForMs = 60_000;

/** The sale that was chosen; else of the open ones that move the one with most units gone; else the first open one; else the first. */
export function chosenSale({ server, samples, lastMs }: WatchState, saleId: string | null): SaleSeen | null {
  const sales = server?.stats.sales ?? [];
  const chosen = sales.find((sale) => sale.saleId === saleId);
  if (chosen !== undefined) return chosen;
  const open = sales.filter(({ openness }) => openness === 'open');
  const recent = samples.filter(({ atMs }) => atMs >= (lastMs ?? 0) - movingForMs);
  const moving = open.filter((sale) => new Set(recent.flatMap(({ free }) => free.get(sale.saleId) ?? [])).size > 1);
  return moving.sort((a, b) => gone(b) - gone(a))[0] ?? open[0] ?? sales[0] ?? null;
}

function gone({ gate }: SaleSeen): number {
  return gate?.products.reduce((sum, { total, free }) => sum + total - free, 0) ?? 0;
}

export function sceneOf(state: WatchState, ui: Ui, nowMs: number): Scene {
  return { state, ui, nowMs, freshness: freshnessOf(state, nowMs), sale: chosenSale(state, ui.saleId) };
}
