import { column } from '../figures.ts';
import { dim, type Line, plain } from '../styled-line.ts';
import type { PanelLines } from './panel.ts';

const sourceWidth = 10;
const troubled = /\b(warn|error|fatal|panic|exception)\b/i;

/** The end of the logs, or of those lines that have the filter's text. */
export const logPanel: PanelLines = ({ state, ui }, { height }) => {
  const wanted = ui.filter.toLowerCase();
  const lines =
    wanted === ''
      ? state.log
      : state.log.filter(({ source, line }) => `${source} ${line}`.toLowerCase().includes(wanted));
  if (lines.length === 0) {
    return [[dim(wanted === '' ? 'No line yet. A log of your own: --log FILE' : `No line has "${ui.filter}".`)]];
  }
  const end = Math.max(Math.min(height, lines.length), lines.length - ui.scroll);
  return lines
    .slice(Math.max(0, end - height), end)
    .map(
      ({ source, line }): Line => [
        dim(`${column(source, sourceWidth)} `),
        troubled.test(line) ? { text: line, bold: true } : plain(line),
      ],
    );
};
