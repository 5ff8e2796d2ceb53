import { FluxError } from '../engine/domain/flux-error.ts';
import { nearestName } from './nearest-name.ts';
import { type Given, type Setting, settings } from './settings.ts';

const prefix = 'FLUXGATE_';
/** Ours, but no settings: FLUXGATE_LONG asks the test suite for its heavier forms, FLUXGATE_NIGHTS for certain bad nights. */
const notSettings: readonly string[] = ['FLUXGATE_LONG', 'FLUXGATE_NIGHTS'];

/**
 * The settings that the environment gives, by path, as values of their type. An empty variable counts as not set.
 *
 * @throws FluxError `config_unknown_key` for a FLUXGATE_* variable nobody knows, `config_invalid` for text of the wrong kind
 */
export function fromEnvironment(env: Readonly<Record<string, string | undefined>>): ReadonlyMap<string, Given> {
  const byVariable = new Map(settings.map((setting) => [setting.variable, setting]));
  const values = new Map<string, Given>();
  for (const [variable, text] of Object.entries(env)) {
    if (!variable.startsWith(prefix) || notSettings.includes(variable)) continue;
    const setting = byVariable.get(variable);
    if (setting === undefined) throw unknownVariable(variable, [...byVariable.keys()]);
    if (text !== undefined && text !== '')
      values.set(setting.path, { value: typedValue(setting, text), origin: `env ${variable}` });
  }
  return values;
}

function unknownVariable(variable: string, known: readonly string[]): FluxError {
  const near = nearestName(variable, known);
  return new FluxError(
    'config_unknown_key',
    `the environment has ${variable}, which is no setting${near === undefined ? '' : `. Did you mean ${near}?`}`,
    { hint: `unset ${variable}` },
  );
}

/** Text as what the setting is. Text that is none of that stays text: the check then says what it should have been. */
function typedValue(setting: Setting, text: string): unknown {
  switch (setting.schema.type) {
    case 'integer':
    case 'number':
      return /^-?\d+(\.\d+)?$/.test(text.trim()) ? Number(text) : text;
    case 'boolean':
      return ({ true: true, false: false } as Readonly<Record<string, unknown>>)[text.trim()] ?? text;
    case 'array':
      return text
        .split(',')
        .map((part) => part.trim())
        .filter((part) => part !== '');
    default:
      return text;
  }
}
