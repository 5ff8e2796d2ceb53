import { column, span, timeOfDay } from '../figures.ts';
import { dim, type Line, plain, said } from '../styled-line.ts';
import type { FaultSpan } from '../watch-state.ts';
import type { PanelLines } from './panel.ts';

/** As far back as the line of time reaches. */
const backMs = 120_000;
const titleWidth = 22;

/** What chaos did, on a line of time that ends now. */
export const faultsPanel: PanelLines = ({ state, nowMs }, { width, height }) => {
  if (state.faults.length === 0) return [[dim('No experiment runs: no fault was made.')]];
  const cells = Math.max(10, width - titleWidth - 12);
  const axis = `${timeOfDay(nowMs - backMs)}${'now'.padStart(cells - 8)}`;
  const rows = state.faults.slice(-(height - 1)).map((fault): Line => {
    const title = column(fault.title, titleWidth);
    return [
      fault.failed ? said('bad', title) : fault.toMs === null ? said('warning', title) : dim(`  ${title}`),
      plain(' '),
      plain(barOf(fault, nowMs, cells)),
      dim(` ${span((fault.toMs ?? nowMs) - fault.fromMs)}`),
    ];
  });
  return [[dim(`${' '.repeat(titleWidth + 3)}${axis}`)], ...rows];
};

function barOf({ fromMs, toMs }: FaultSpan, nowMs: number, cells: number): string {
  const cellMs = backMs / cells;
  return Array.from({ length: cells }, (_, n) => {
    const start = nowMs - backMs + n * cellMs;
    return fromMs < start + cellMs && (toMs ?? nowMs) >= start ? '█' : '·';
  }).join('');
}
