import { column, megabytes, span } from '../figures.ts';
import type { Scene } from '../scene.ts';
import type { ProcessSeen } from '../sighting.ts';
import { dim, type Line, plain, said } from '../styled-line.ts';
import type { PanelLines } from './panel.ts';

/** The server that is watched, and who else belongs to it, with health. */
export const processesPanel: PanelLines = (scene, { width }) => {
  const { state, ui, nowMs } = scene;
  const rows = (state.processes?.processes ?? [])
    .filter(({ name, where, why }) => `${name} ${where} ${why ?? ''}`.includes(ui.filter))
    .map((one) => processLine(one, width));
  const when: readonly Line[] =
    state.processes !== null && nowMs - state.processes.atMs > staleMs
      ? [[said('unknown', `looked at ${span(nowMs - state.processes.atMs)} ago`)]]
      : [];
  return [watchedLine(scene), ...rows, ...when];
};

/** Looked at every 5 s; three times that is old. */
const staleMs = 15_000;
const nameWidth = 12;

function watchedLine({ state: { server }, freshness }: Scene): Line {
  if (server === null) return [dim('no server yet')];
  const { stats, cpuShare } = server;
  const cpu = cpuShare === null ? '' : ` · CPU ${Math.round(cpuShare * 100)} %`;
  const facts = `${server.name} · up ${span(stats.process.uptimeSeconds * 1_000)}${cpu} · ${megabytes(stats.process.rssBytes)}`;
  if (freshness.kind !== 'live')
    return [said('bad', `${column('server', nameWidth)}${freshness.kind === 'stale' ? freshness.why : ''}`)];
  const away = stats.away.map(({ name }) => name).join(', ');
  if (away !== '') return [said('warning', `${column('server', nameWidth)}${away} away · ${server.name}`)];
  if (stats.http.draining) return [said('warning', `${column('server', nameWidth)}drains · ${facts}`)];
  return [said('good', column('server', nameWidth)), plain(facts)];
}

function processLine({ name, where, pid, healthy, why }: ProcessSeen, width: number): Line {
  const label = column(name, nameWidth);
  if (!healthy) return [said('bad', `${label}${why ?? 'not well'}`.slice(0, width - 4))];
  return [said('good', label), plain(where), dim(pid === null ? '' : ` pid ${pid}`)];
}
