import { count, ms } from '../../demo/demo-text.ts';
import { column } from '../figures.ts';
import { dim, type Line, plain } from '../styled-line.ts';
import type { PanelLines } from './panel.ts';

const numberWidth = 9;

/** Every route and outcome that the server has answered, the busiest of the last ten seconds first. */
export const routesPanel: PanelLines = ({ state, ui }, { width, height }) => {
  const answers = (state.server?.stats.http.answers ?? [])
    .filter(({ route, outcome }) => `${route} ${outcome}`.includes(ui.filter))
    .sort((a, b) => b.recent.count - a.recent.count || b.count - a.count);
  const columns = width >= 80 ? ['p50', 'p95', 'p99', 'last 10 s', 'all'] : ['p50', 'p99', 'all'];
  const name = width - columns.length * (numberWidth + 1) - 1;
  const head: Line = [
    dim(column('route and outcome', name) + columns.map((one) => ` ${one.padStart(numberWidth)}`).join('')),
  ];
  const shown = answers.slice(ui.scroll, ui.scroll + height - 1);
  return [
    head,
    ...shown.map(({ route, outcome, count: all, recent }): Line => {
      const value: Readonly<Record<string, string>> = {
        p50: ms(recent.p50Ms),
        p95: ms(recent.p95Ms),
        p99: ms(recent.p99Ms),
        'last 10 s': count(recent.count),
        all: count(all),
      };
      const cells = columns.map((one) => ` ${(value[one] ?? '').padStart(numberWidth)}`).join('');
      return [(recent.count > 0 ? plain : dim)(column(`${route}  ${outcome}`, name) + cells)];
    }),
  ];
};
