import { existsSync, readdirSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { nearestName } from '../../../config/nearest-name.ts';
import { FluxError } from '../../../engine/domain/flux-error.ts';
import type { FileKind } from '../../file/file-kind.ts';
import { readYaml } from '../../file/read-yaml.ts';
import { readScenario } from '../../load/read-scenario.ts';
import { scenarioPath } from '../../load/scenario-path.ts';
import { fillPolicy } from './fill-policy.ts';
import type { Policy } from './policy.ts';
import { policySchema } from './policy-schema.ts';

/** From dist/toolkit/simulate/policy/ or src/toolkit/simulate/policy/ to the package's own folder. */
const folder = new URL('../../../../scenarios/policies/', import.meta.url);

const policyKind: FileKind<typeof policySchema> = {
  noun: 'the policy',
  schema: policySchema,
  code: 'policy_invalid',
  hint: 'compare with scenarios/policies/admission-rate.yaml; every key is described in docs/simulation-policy.md',
  missingHint: `these ship: ${shippedPolicies().join(', ')}; any other is given by the path of its file`,
};

/**
 * Reads a policy file (YAML; see docs/simulation-policy.md) and the crowd that it names.
 * @throws FluxError `policy_invalid` or `scenario_invalid` naming file, line and column of every fault
 */
export async function readPolicy(typed: string): Promise<Policy> {
  const path = policyPath(typed);
  const file = await readYaml(path, policyKind);
  const result = fillPolicy(file.value, await readScenario(crowdPath(file.value.crowd, dirname(path))));
  if (result.kind === 'faults') throw file.refuse(result.faults);
  return result.policy;
}

/** A file that is there goes first, then what ships under that name. */
function policyPath(typed: string): string {
  if (existsSync(typed) || !/^[A-Za-z0-9_-]+$/.test(typed)) return typed;
  const names = shippedPolicies();
  if (names.includes(typed)) return fileURLToPath(new URL(`${typed}.yaml`, folder));
  const near = nearestName(typed, names);
  throw new FluxError('policy_invalid', `no policy "${typed}" ships, and there is no such file`, {
    hint: near === undefined ? `these ship: ${names.join(', ')}` : `did you mean ${near}?`,
  });
}

/** Names are short; whatever has a dot or a slash is a file beside the policy's. */
function crowdPath(crowd: string, beside: string): string {
  return /^[A-Za-z0-9_-]+$/.test(crowd) ? scenarioPath(crowd) : resolve(beside, crowd);
}

function shippedPolicies(): readonly string[] {
  return readdirSync(folder)
    .flatMap((file) => (file.endsWith('.yaml') ? [file.slice(0, -'.yaml'.length)] : []))
    .sort();
}
