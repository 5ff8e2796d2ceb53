import type { TObject } from 'typebox';
import type { Experiment } from '../../src/toolkit/chaos/experiment/experiment.ts';
import { chaosFaults } from '../../src/toolkit/chaos/fault/fault-registry.ts';

/** A setting of a fault as its schema has it. */
interface Shown {
  readonly type?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly description?: string;
  readonly anyOf?: readonly { readonly const?: string }[];
}

const note = (test: string): string => `<!-- Made from the code: ${test} writes it anew with -u. -->`;

/** docs/chaos-faults.md: every fault as the registry has it. */
export function faultsPage(): string {
  const faults = [...chaosFaults.values()];
  const rows = faults.map(
    ({ name, summary, targets, parameters, evidence, undoing, lasts, needs }) =>
      `| \`${name}\` | ${summary} | ${targetsOf(targets)} | ${evidence} | ${lasts === 'moment' ? '(a moment) ' : ''}${undoing} | ${
        needs(leastOf(parameters)).join(', ') || 'nothing'
      } |`,
  );
  const settings = faults.flatMap(({ name, parameters }) =>
    settingsOf(parameters).map((line) => `| \`${name}\` ${line}`),
  );
  return [
    note('test/unit/toolkit/chaos/chaos-pages.test.ts'),
    '# The faults of chaos experiments',
    '',
    'A fault counts once it was seen to take effect; without that evidence the experiment is inconclusive. Its undo is in the journal',
    'before it happens. One of a moment has no `for`: what it did has no end that could be waited for. How to write an experiment,',
    'and how to add a fault: [chaos.md](chaos.md#how-to-add-a-fault).',
    '',
    '| fault | what it does | to | seen when | undone by | needs |',
    '|---|---|---|---|---|---|',
    ...rows,
    '',
    '## Parameters',
    '',
    'Those with `*` have to be given.',
    '',
    '| fault | parameter | what it says | bounds |',
    '|---|---|---|---|',
    ...settings,
    '',
    ...whyPage,
  ].join('\n');
}

/** The least that a fault has to be given. */
function leastOf({ properties, required }: TObject): Readonly<Record<string, unknown>> {
  const least = (name: string): unknown => {
    const shown: Shown = properties[name] ?? {};
    return shown.minimum ?? 1;
  };
  return Object.fromEntries((required ?? []).map((name) => [name, least(name)]));
}

const whyPage = [
  '## Why they are made as they are',
  '',
  '- **A read-only topic.** Kafka 4.1 has none without ACLs. `min.insync.replicas` above the number of copies does not make one: the',
  '  broker takes the smaller of the two, and a test of ours shows that such a topic takes records. `max.message.bytes = 1` refuses',
  '  every append at once, and what is there stays readable.',
  '- **A paused Redis.** `CLIENT PAUSE ALL` holds back `CLIENT UNPAUSE`, too, so nobody could undo it. `WRITE` holds back every script',
  '  of the gate, and answers PING.',
  '- **A full disk.** The table of orders moves onto a small tmpfs, which is filled: PostgreSQL itself meets ENOSPC. Its own log (WAL) is',
  '  elsewhere; without room for that it would end at once, which `kill` shows. Where nothing may be mounted the fault is skipped.',
  '- **Clocks.** Servers and workers of such an experiment load a module before anything else (`NODE_OPTIONS=--import`), which shifts',
  '  `Date` and, for a drift, `performance.now`. Nothing in a server knows of it. Timers stay those of the machine, and so do the',
  '  clocks of Redis, Kafka and PostgreSQL.',
  '- **Memory.** `prlimit` sets RLIMIT_DATA to what the process has mapped for itself, so it may live on with what it has. A container gets',
  "  its control group's limit, beyond which the kernel kills.",
  '- **A bad deploy.** Without a `tree` it is this very program without its newest migration: it finds a schema that it does not know.',
  '',
];

function targetsOf(targets: readonly string[]): string {
  return targets.length === 6 ? 'any process' : targets.map((each) => (each === 'link' ? 'a way' : each)).join(', ');
}

function settingsOf({ properties, required }: TObject): readonly string[] {
  return Object.entries(properties).map(([name, schema]) => {
    const shown: Shown = schema;
    return `| \`${name}\`${required?.includes(name) ? '*' : ''} | ${shown.description ?? ''} | ${boundsOf(shown)} |`;
  });
}

function boundsOf({ type, minimum, maximum, anyOf }: Shown): string {
  if (anyOf !== undefined) return anyOf.map((each) => `\`${each.const}\``).join(' or ');
  if (minimum === undefined || maximum === undefined) return type ?? '';
  return `${minimum.toLocaleString('en')} to ${maximum.toLocaleString('en')}`;
}

/** docs/chaos-experiments.md: every experiment that ships. */
export function experimentsPage(experiments: readonly Experiment[]): string {
  const rows = experiments.map((experiment) => {
    const { name, title, expected } = experiment;
    return `| [\`${name}\`](../chaos/${name}.yaml) | ${title} | ${systemOf(experiment)} | ${timelineOf(experiment)} | ${expected.verdict} |`;
  });
  return [
    note('test/unit/toolkit/chaos/chaos-pages.test.ts'),
    '# The experiments that ship',
    '',
    '`fluxgate chaos explain NAME` prints what one teaches, `fluxgate chaos run NAME` runs it.',
    '',
    '| experiment | what happens | on | timeline | expected |',
    '|---|---|---|---|---|',
    ...rows,
    '',
    ...experiments.flatMap(({ name, why }) => [`**${name}.** ${why.replaceAll('\n', ' ')}`, '']),
  ].join('\n');
}

function systemOf({ system }: Experiment): string {
  if (system.mode === 'embedded') return system.planted === null ? 'embedded' : `embedded, with \`${system.planted}\``;
  const shape = [`${system.servers} servers`, `${system.workers} workers`, ...system.variants];
  return shape.join(', ');
}

function timelineOf({ faults }: Experiment): string {
  return faults
    .map(({ atMs, forMs, fault, target, parameters }) => {
      const span = forMs === null ? `at ${atMs / 1_000} s` : `${atMs / 1_000} to ${(atMs + forMs) / 1_000} s`;
      return `${span}: ${fault.says(target, parameters)}`;
    })
    .join('; ');
}
