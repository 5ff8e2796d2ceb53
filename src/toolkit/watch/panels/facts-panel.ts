import { count } from '../../demo/demo-text.ts';
import { span } from '../figures.ts';
import type { Scene } from '../scene.ts';
import { dim, type Line, plain, said } from '../styled-line.ts';
import { controllerLine, lagLine, outboxLine } from './flow-panel.ts';
import { heldOrders } from './holds-panel.ts';
import type { PanelLines } from './panel.ts';

/** On a small screen: what stands between the books, who leads, how old holds are, and who is well, a line each. */
export const factsPanel: PanelLines = (scene) => [
  [...lagLine(scene), dim(' · '), ...outboxLine(scene)],
  controllerLine(scene),
  holdsLine(scene),
  troubleLine(scene),
];

function holdsLine({ sale }: Scene): Line {
  const holds = sale?.ledger?.holds;
  if (holds === undefined) return [said('unknown', 'holds: the ledger does not answer')];
  const orders = heldOrders(holds);
  if (orders === 0) return [dim('holds none that wait for a confirmation')];
  const overdue = holds.overdue > 0 ? said('warning', `${count(holds.overdue)} overdue`) : dim('none overdue');
  return [plain(`holds ${count(orders)} orders, oldest ${span(holds.oldestMs)}, `), overdue];
}

function troubleLine({ state }: Scene): Line {
  const now = state.faults.filter(({ toMs }) => toMs === null);
  if (now.length > 0) return [said('warning', `fault: ${now.map(({ title }) => title).join(', ')}`)];
  const processes = state.processes?.processes ?? [];
  const ill = processes.filter(({ healthy }) => !healthy);
  if (ill.length > 0)
    return [said('warning', `${ill.map(({ name }) => name).join(', ')}: ${ill[0]?.why ?? 'not well'}`)];
  if (processes.length === 0) return [dim('processes not looked at yet')];
  return [plain(`${processes.length} processes well`)];
}
