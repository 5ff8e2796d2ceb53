import { bar, count } from '../../demo/demo-text.ts';
import { bigDigits } from '../big-digits.ts';
import { span } from '../figures.ts';
import type { Scene } from '../scene.ts';
import type { SaleSeen } from '../sighting.ts';
import { bold, dim, type Line, plain, said } from '../styled-line.ts';
import type { PanelLines } from './panel.ts';

interface Units {
  readonly total: number | null;
  /** At the gate; null while it is away. */
  readonly free: number | null;
  readonly held: number | null;
  readonly sold: number | null;
}

/** Free units, as large as fits, and where the others are. */
export const stockPanel: PanelLines = (scene, { width, height }) => {
  const { sale } = scene;
  if (sale === null) return [[dim('There is no sale yet: fluxgate seed')]];
  const units = unitsOf(sale);
  const known = units.free === null ? lastKnown(scene, sale.saleId) : null;
  const shown = units.free ?? known?.free ?? null;
  const text = shown === null ? '--' : count(shown);
  const scale = height >= 6 && (bigDigits(text, 2)[0]?.length ?? 0) <= width - 30 ? 2 : 1;
  const digits = bigDigits(text, scale);
  const isLive = units.free !== null && scene.freshness.kind === 'live';
  const beside = besideDigits(sale, units, known);
  const top = Math.max(0, Math.floor((digits.length - beside.length) / 2));
  const lines = digits.map(
    (line, n): Line => [isLive ? bold(line) : dim(line), plain('   '), ...(beside[n - top] ?? [])],
  );
  const share = units.total === null || shown === null ? 0 : shown / Math.max(1, units.total);
  const { full, rest } = bar(share, width);
  const level: Line = [isLive ? { text: full, colour: 'blue' } : dim(full), dim(rest)];
  return height > digits.length + 1 ? [...lines, [], level] : [...lines, level];
};

function besideDigits(sale: SaleSeen, units: Units, known: { readonly agoMs: number } | null): readonly Line[] {
  const of = units.total === null ? 'units free' : `of ${count(units.total)} units free`;
  const gone =
    units.sold === null || units.held === null
      ? 'the ledger is away'
      : `${count(units.sold)} sold · ${count(units.held)} held`;
  const state: Line =
    units.free !== null
      ? [dim(`${sale.openness} · epoch ${sale.epoch ?? 'none'}`)]
      : [said('warning', known === null ? 'gate away or rebuilding' : `gate away: as of ${span(known.agoMs)} ago`)];
  return [[plain(of)], [plain(gone)], state];
}

function unitsOf({ gate, ledger }: SaleSeen): Units {
  const sum = <One>(all: readonly One[] | undefined, of: (one: One) => number): number | null =>
    all === undefined ? null : all.reduce((total, one) => total + of(one), 0);
  return {
    total: sum(ledger?.products, ({ total }) => total) ?? sum(gate?.products, ({ total }) => total),
    free: sum(gate?.products, ({ free }) => free),
    held: sum(ledger?.products, ({ held }) => held),
    sold: sum(ledger?.products, ({ sold }) => sold),
  };
}

function lastKnown({ state, nowMs }: Scene, saleId: string): { readonly free: number; readonly agoMs: number } | null {
  const sample = state.samples.findLast(({ free }) => free.has(saleId));
  const free = sample?.free.get(saleId);
  return sample === undefined || free === undefined ? null : { free, agoMs: nowMs - sample.atMs };
}
