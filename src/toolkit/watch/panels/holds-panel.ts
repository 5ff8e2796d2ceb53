import { bar, count } from '../../demo/demo-text.ts';
import { span } from '../figures.ts';
import type { SaleSeen } from '../sighting.ts';
import { dim, type Line, plain, said } from '../styled-line.ts';
import type { PanelLines } from './panel.ts';

type Holds = NonNullable<SaleSeen['ledger']>['holds'];

/** Orders that wait for their confirmation, by age. */
export const holdsPanel: PanelLines = ({ sale }, { width, height }) => {
  const holds = sale?.ledger?.holds;
  if (holds === undefined) return [[said('unknown', sale === null ? 'no sale' : 'the ledger does not answer')]];
  const orders = heldOrders(holds);
  if (orders === 0) return [[dim('No order waits for its confirmation.')]];
  const most = Math.max(1, ...holds.byAge.map((one) => one.orders));
  const rows = holds.byAge.map(({ orders: n, underSeconds }, at): Line => {
    const { full } = bar(n / most, Math.max(4, width - 26));
    const name =
      underSeconds === null
        ? `over ${ageText(holds.byAge[at - 1]?.underSeconds ?? 0)}`
        : `under ${ageText(underSeconds)}`;
    return [
      dim(name.padEnd(13)),
      plain(count(n).padStart(9)),
      plain('  '),
      { text: n === 0 ? '' : full, colour: 'blue' },
    ];
  });
  const overdue: Line =
    holds.overdue > 0
      ? [said('warning', `${count(holds.overdue)} past their deadline: the controller ends them each second`)]
      : [dim('none past its deadline')];
  const head: Line = [plain(`${count(orders)} orders held, the oldest for ${span(holds.oldestMs)}`)];
  return [head, overdue, ...rows].slice(0, height);
};

export function heldOrders({ byAge }: Holds): number {
  return byAge.reduce((sum, { orders }) => sum + orders, 0);
}

function ageText(seconds: number): string {
  if (seconds < 60) return `${seconds} s`;
  return seconds < 3_600 ? `${seconds / 60} min` : `${seconds / 3_600} h`;
}
