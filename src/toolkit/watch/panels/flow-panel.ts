import { bar, count } from '../../demo/demo-text.ts';
import { span } from '../figures.ts';
import type { Scene } from '../scene.ts';
import { dim, type Line, plain, said } from '../styled-line.ts';
import type { PanelLines } from './panel.ts';

/** Epoch and controller, the outbox, and how far the ledger is behind each partition of the order log. */
export const flowPanel: PanelLines = (scene, { width, height }) => {
  const lag = scene.state.server?.stats.lag ?? [];
  const most = Math.max(1, ...lag.map((partition) => Number(partition.lag)));
  const rows = lag.slice(0, Math.max(0, height - 3)).map((partition): Line => {
    const behind = Number(partition.lag);
    const { full } = bar(behind / most, Math.max(4, width - 26));
    return [
      dim(`partition ${String(partition.partition).padStart(2)}`),
      plain(count(behind).padStart(10)),
      plain('  '),
      { text: behind === 0 ? '' : full, colour: 'blue' },
    ];
  });
  return [controllerLine(scene), outboxLine(scene), lagLine(scene), ...rows];
};

export function controllerLine({ sale, state }: Scene): Line {
  const stats = state.server?.stats;
  const epoch = plain(`epoch ${sale?.epoch ?? '-'}`);
  if (stats === undefined) return [epoch];
  if (stats.controller !== null) return [epoch, dim(' · '), plain(`controller ${leader(stats.controller.holder)}`)];
  const ledgerAway = stats.away.some(({ name }) => name === 'ledger');
  return [
    epoch,
    dim(' · '),
    ledgerAway ? said('unknown', 'controller: the ledger does not answer') : said('warning', 'nobody is controller'),
  ];
}

/** `host:pid/server id`: the first half is what one looks for on a machine. */
function leader(holder: string): string {
  return holder.split('/')[0] ?? holder;
}

export function lagLine({ state }: Scene): Line {
  const lag = state.server?.stats.lag;
  if (lag === undefined) return [dim('lag -')];
  if (lag === null) return [said('unknown', 'lag: the order log does not answer')];
  const behind = lag.reduce((sum, partition) => sum + Number(partition.lag), 0);
  return [plain(`lag ${count(behind)} records`), dim(` in ${lag.length} partitions`)];
}

export function outboxLine({ sale }: Scene): Line {
  if (sale === null) return [dim('outbox -')];
  if (sale.gate === null) return [said('unknown', 'outbox: gate away')];
  const { outbox, oldestUnsettledMs } = sale.gate;
  return [plain(`outbox ${count(outbox)}`), dim(outbox === 0 ? '' : `, oldest ${span(oldestUnsettledMs)}`)];
}
