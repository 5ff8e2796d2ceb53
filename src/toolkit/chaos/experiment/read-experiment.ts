import { existsSync, readdirSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { nearestName } from '../../../config/nearest-name.ts';
import { FluxError } from '../../../engine/domain/flux-error.ts';
import type { FileKind, KeyFault } from '../../file/file-kind.ts';
import { readYaml } from '../../file/read-yaml.ts';
import { durationMsOf } from '../../load/arrival-schedule.ts';
import { fillScenario } from '../../load/fill-scenario.ts';
import { readScenario } from '../../load/read-scenario.ts';
import type { Scenario } from '../../load/scenario.ts';
import { shippedNames, shippedPath } from '../../load/shipped-scenarios.ts';
import type { Experiment } from './experiment.ts';
import { type ExperimentFile, experimentSchema } from './experiment-schema.ts';
import { fillExperiment } from './fill-experiment.ts';

const experimentKind: FileKind<typeof experimentSchema> = {
  noun: 'the experiment',
  schema: experimentSchema,
  code: 'experiment_invalid',
  hint: 'compare with one that ships (fluxgate chaos list); every key is described in docs/chaos.md',
  missingHint: 'fluxgate chaos list shows those that ship; fluxgate chaos new NAME writes one',
};

// from dist/toolkit/chaos/experiment/ or src/toolkit/chaos/experiment/ to the package's own folder
const shippedFolder = fileURLToPath(new URL('../../../../chaos', import.meta.url));

/** Names of the experiments that ship with the program, in the order of the alphabet. */
export function shippedExperiments(): readonly string[] {
  if (!existsSync(shippedFolder)) return [];
  return readdirSync(shippedFolder)
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => basename(name, '.yaml'))
    .sort();
}

/**
 * A path as it was typed, or the experiment of that name that ships with the program. A file that is there goes first.
 * @throws FluxError `experiment_invalid` for a name that nothing has, with the nearest that ships
 */
export function experimentPath(typed: string): string {
  if (existsSync(typed) || !/^[A-Za-z0-9_-]+$/.test(typed)) return typed;
  const shipped = join(shippedFolder, `${typed}.yaml`);
  if (existsSync(shipped)) return shipped;
  const near = nearestName(typed, shippedExperiments());
  throw new FluxError('experiment_invalid', `no experiment "${typed}" ships, and there is no such file`, {
    hint: near === undefined ? experimentKind.missingHint : `did you mean ${near}? fluxgate chaos list names them all`,
  });
}

/**
 * Reads an experiment (YAML; see docs/schemas/experiment.schema.json).
 * @throws FluxError `experiment_invalid` naming file, line and column of every fault, `scenario_invalid` of its load's file
 */
export async function readExperiment(path: string): Promise<Experiment> {
  const file = await readYaml(path, experimentKind);
  const { filled, faults } = fillExperiment(file.value);
  const load = await loadOf(file.value, path);
  const all = [...faults, ...load.faults];
  if (load.scenario === null || all.length > 0) throw file.refuse(all);
  const late = tooLate(filled.faults, load.scenario);
  if (late.length > 0) throw file.refuse(late);
  return { ...filled, load: load.scenario, name: basename(path).replace(/\.ya?ml$/, ''), path: resolve(path) };
}

async function loadOf(
  { load }: ExperimentFile,
  path: string,
): Promise<{ readonly scenario: Scenario | null; readonly faults: readonly KeyFault[] }> {
  if (typeof load === 'string') {
    const beside = resolve(dirname(path), load);
    const shipped = shippedNames();
    const found = [beside, load].find(existsSync) ?? (shipped.includes(load) ? shippedPath(load) : null);
    if (found === null) {
      const near = nearestName(load, shipped);
      const what = `there is no file ${beside} and no scenario "${load}" that ships`;
      const hint = near === undefined ? '' : `; did you mean "${near}"?`;
      return { scenario: null, faults: [{ path: ['load'], what: `${what}${hint}` }] };
    }
    return { scenario: await readScenario(found), faults: [] };
  }
  const filled = fillScenario(load);
  if (filled.kind === 'scenario') return { scenario: filled.scenario, faults: [] };
  return { scenario: null, faults: filled.faults.map((fault) => ({ ...fault, path: ['load', ...fault.path] })) };
}

/** A fault that nobody buys through shows nothing. */
function tooLate(faults: Experiment['faults'], load: Scenario): readonly KeyFault[] {
  const lastsMs = durationMsOf(load.arrivals);
  const last = Math.max(0, ...faults.map(({ atMs, forMs }) => atMs + (forMs ?? 0)));
  if (last < lastsMs) return [];
  const what = `the last fault ends after ${last / 1_000} s, and buyers come for ${lastsMs / 1_000} s only: make the load longer`;
  return [{ path: ['load'], what }];
}

/** Experiments by name, path, or all that ship. @throws FluxError as readExperiment does */
export async function readExperiments(names: readonly string[]): Promise<readonly Experiment[]> {
  const wanted = names.length === 0 ? shippedExperiments() : names;
  if (wanted.length === 0) throw new FluxError('not_found', `no experiments ship with this program (${shippedFolder})`);
  return Promise.all(wanted.map((name) => readExperiment(experimentPath(name))));
}
