import { type Html, html } from '../../../server/pages/html.ts';
import { historyOutcomes } from '../../history/history-entry.ts';
import { digits, secondsText } from '../../plot/unit-text.ts';
import type { LoadResult, OutcomeReport } from '../load-result.ts';

/** Words between tags; numbers stand right so that they can be compared. */
function table(heads: readonly string[], rows: readonly (readonly (string | Html)[])[], words = 1): Html {
  const place = (column: number): string => (column < words ? '' : 'n');
  return html`<div class="scroll"><table><thead><tr>${heads.map(
    (head, column) => html`<th scope="col" class="${place(column)}">${head}</th>`,
  )}</tr></thead><tbody>${rows.map(
    (cells) => html`<tr>${cells.map((cell, column) => html`<td class="${place(column)}">${cell}</td>`)}</tr>`,
  )}</tbody></table></div>`;
}

export function thresholdTable({ thresholds }: LoadResult): Html {
  if (thresholds.length === 0) return html`<p class="soft">The scenario has no thresholds.</p>`;
  const rows = thresholds.map(({ name, limit, actual, ok }) => [
    name,
    digits(limit),
    actual === null ? 'none came' : digits(actual),
    ok ? html`✓ holds` : actual === null ? html`? unknown` : html`<b>✗ failed</b>`,
  ]);
  return table(['threshold', 'limit', 'measured', 'verdict'], rows);
}

/** Latency from the scheduled moment, and beside it what the server itself was seen to take. */
export function outcomeTable({ all, outcomes }: LoadResult): Html {
  const row = (name: string, { latencyMs, serviceMs }: OutcomeReport): string[] => [
    name,
    digits(latencyMs.n),
    ...[latencyMs.p50, latencyMs.p90, latencyMs.p99, latencyMs.p999, latencyMs.max].map(msText),
    ...[serviceMs.p50, serviceMs.p99, serviceMs.max].map(msText),
  ];
  const rows = historyOutcomes.flatMap((name) => {
    const report = outcomes[name];
    return report === undefined ? [] : [row(name, report)];
  });
  const heads = ['outcome', 'n', 'p50', 'p90', 'p99', 'p99.9', 'max', 'service p50', 'service p99', 'service max'];
  return table(heads, [...rows, row('all', all)]);
}

export function errorTable({ errors }: LoadResult): Html {
  if (errors.length === 0) return html`<p class="soft">There were none.</p>`;
  return table(
    ['error', 'n'],
    errors.map(({ error, n }) => [error, digits(n)]),
  );
}

export function behaviourTable({ behaviours }: LoadResult): Html {
  const rows = Object.entries(behaviours).map(([name, { arrived, answers }]) => [
    name,
    historyOutcomes
      .flatMap((outcome) => (answers[outcome] === undefined ? [] : [`${outcome} ${digits(answers[outcome])}`]))
      .join(', '),
    digits(arrived),
  ]);
  return table(['behaviour', 'answers', 'arrived'], rows, 2);
}

/** Who got the units: what thresholds on fairness are about. Null where nothing can be said of it. */
export function fairnessText({ fairness: { firstCome, botShare }, behaviours }: LoadResult): string | null {
  const won = 'Of a winner and one who was told sold out, the winner had come first in';
  const said = [
    ...(firstCome === null ? [] : [`${won} ${digits(firstCome * 100)} % of pairs.`]),
    ...(botShare === null || behaviours.bot === undefined
      ? []
      : [`Bots got ${digits(botShare * 100)} % of the units.`]),
  ];
  return said.length === 0 ? null : said.join(' ');
}

/** What buyers asked besides orders; null where they asked nothing else. */
export function callTable({ calls }: LoadResult): Html | null {
  const rows = Object.entries(calls).map(([kind, { n, failed, latencyMs }]) => [
    kind,
    digits(n),
    digits(failed),
    ...[latencyMs.p50, latencyMs.p99, latencyMs.max].map(msText),
  ]);
  return rows.length === 0 ? null : table(['asked besides orders', 'n', 'failed', 'p50', 'p99', 'max'], rows);
}

/** What somebody needs who wants to see the same again. */
export function aboutTable(result: LoadResult): Html {
  const { machine, generator, requests } = result;
  const rows: readonly (readonly [string, string])[] = [
    ['started', result.startedAt],
    [
      'took',
      `${secondsText(result.durationMs / 1_000)}, plan ${secondsText(result.planMs / 1_000)}, ${ends[result.ended]}`,
    ],
    ['seed', String(result.seed)],
    ['scenario', `SHA-256 ${result.scenarioDigest}`],
    ['server', `${result.target}, version ${result.serverVersion ?? 'not told'}, sale ${result.saleId}`],
    ['machine of the generator', `${machine.cores} cores, ${machine.cpu}, ${machine.platform}, Node ${machine.node}`],
    ['client and server', result.sharedMachine ? 'share a machine' : 'on machines of their own'],
    [
      'requests',
      `${digits(requests.sent)} sent (${digits(requests.retries)} retries), ${digits(requests.answered)} answered, ` +
        `${digits(requests.dropped)} dropped, ${digits(requests.late)} late, ${digits(requests.givenUp)} given up`,
    ],
    [
      'generator',
      `${digits(generator.processes.length)} process${generator.processes.length === 1 ? '' : 'es'}, ` +
        `${digits(generator.cpuCores)} cores, busy ${digits(generator.busy * 100)} %, ` +
        `send lag p50 ${msText(generator.sendLagMs.p50)} ms, p99 ${msText(generator.sendLagMs.p99)} ms, ` +
        `event loop p99 ${msText(generator.eventLoopDelayMs.p99)} ms`,
    ],
    ['history', result.history ?? 'not written'],
  ];
  return html`<div class="scroll"><table class="about"><tbody>${rows.map(
    ([name, value]) => html`<tr><th scope="row">${name}</th><td>${value}</td></tr>`,
  )}</tbody></table></div>`;
}

const ends = {
  completed: 'ran to its end',
  hard_stop: 'stopped at its hard limit',
  interrupted: 'interrupted',
} as const;

/** Whole milliseconds from 100 on, else one decimal: as the terminal says them. */
export function msText(ms: number): string {
  return ms >= 100 ? digits(Math.round(ms)) : ms.toFixed(1);
}
