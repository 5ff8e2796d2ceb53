import { dirname } from 'node:path';
import type { FileKind } from '../file/file-kind.ts';
import { type CheckedFile, readYaml } from '../file/read-yaml.ts';
import { fillScenario } from './fill-scenario.ts';
import { readRecordings } from './recorded-arrivals.ts';
import type { Scenario } from './scenario.ts';
import { type ScenarioFile, scenarioSchema } from './scenario-schema.ts';

export const scenarioKind: FileKind<typeof scenarioSchema> = {
  noun: 'the scenario',
  schema: scenarioSchema,
  code: 'scenario_invalid',
  hint: 'compare with scenarios/smoke.yaml; every key is described in docs/load.md',
  missingHint: 'fluxgate load list names the scenarios that ship; any other is given by the path of its file',
};

/**
 * Reads a scenario file (YAML; see docs/load.md) and the recordings that it names.
 * @throws FluxError `scenario_invalid` naming file, line and column of every fault, with the nearest key where one is unknown.
 */
export async function readScenario(path: string): Promise<Scenario> {
  return completeScenario(await readYaml(path, scenarioKind), dirname(path));
}

/** A scenario of a checked text; recordings are looked for in `folder`. @throws FluxError `scenario_invalid` */
export async function completeScenario(file: CheckedFile<ScenarioFile>, folder: string): Promise<Scenario> {
  const { recordings, faults } = await readRecordings(file.value, folder);
  if (faults.length > 0) throw file.refuse(faults);
  const result = fillScenario(file.value, recordings);
  if (result.kind === 'faults') throw file.refuse(result.faults);
  return result.scenario;
}
