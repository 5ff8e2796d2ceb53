import type { FileKind } from '../file/file-kind.ts';
import { type CheckedFile, parseYaml, readYaml } from '../file/read-yaml.ts';
import { fillScenario } from './fill-scenario.ts';
import type { Scenario } from './scenario.ts';
import { type ScenarioFile, scenarioSchema } from './scenario-schema.ts';

const scenarioKind: FileKind<typeof scenarioSchema> = {
  noun: 'the scenario',
  schema: scenarioSchema,
  code: 'scenario_invalid',
  hint: 'compare with scenarios/smoke.yaml; every key is described in docs/schemas/scenario.schema.json',
  missingHint: 'smoke and flash-sale ship with the program: fluxgate load run smoke, fluxgate seed --file smoke',
};

/**
 * Reads a scenario file (YAML; see docs/schemas/scenario.schema.json).
 * @throws FluxError `scenario_invalid` naming file, line and column of every fault, with the nearest key where one is unknown.
 */
export async function readScenario(path: string): Promise<Scenario> {
  return filled(await readYaml(path, scenarioKind));
}

/** Reads the text of a scenario file; `name` stands in front of each fault. @throws FluxError `scenario_invalid` */
export function parseScenario(text: string, name: string): Scenario {
  return filled(parseYaml(text, name, scenarioKind));
}

function filled(file: CheckedFile<ScenarioFile>): Scenario {
  const result = fillScenario(file.value);
  if (result.kind === 'faults') throw file.refuse(result.faults);
  return result.scenario;
}
