import { resolve } from 'node:path';
import { Value } from 'typebox/value';
import { FluxError } from '../engine/domain/flux-error.ts';
import { fromFile } from './config-file.ts';
import { type Config, configSchema, conflictsIn } from './config-schema.ts';
import { fromEnvironment } from './environment.ts';
import { type Given, type Setting, settings } from './settings.ts';

export interface LoadedConfig {
  /** Frozen, also inside. */
  readonly value: Config;
  /** By setting path (`userRate.burst`). Secrets are in here too: print with `shownConfig`. */
  readonly origins: Readonly<Record<string, string>>;
  /** The file that was read, or null where there is none. */
  readonly file: string | null;
}

export interface ConfigSources {
  /** Parsed flags by flag name (`data-dir`); undefined ones and those that are no setting count for nothing. */
  readonly flags: Readonly<Record<string, unknown>>;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Where fluxgate.config.yaml is looked for, and what relative folders are relative to. */
  readonly cwd: string;
}

/**
 * The configuration: flags above FLUXGATE_* variables above fluxgate.config.yaml above defaults.
 *
 * @throws FluxError `config_unknown_key` for a name nobody knows (with the nearest one), `config_invalid` for a value that
 *   does not fit; both name the place.
 */
export async function loadConfig(sources: ConfigSources): Promise<LoadedConfig> {
  const file = await fromFile(sources.cwd);
  const env = fromEnvironment(sources.env);
  const draft: Record<string, unknown> = {};
  const origins: Record<string, string> = {};
  for (const setting of settings) {
    const given = fromFlag(setting, sources.flags) ?? env.get(setting.path) ?? file.values.get(setting.path);
    if (given !== undefined) check(setting, given);
    const value = given === undefined ? setting.schema.default : given.value;
    origins[setting.path] = given?.origin ?? 'default';
    if (value !== undefined) put(draft, setting.path.split('.'), value);
  }
  const value = Value.Parse(configSchema, draft);
  const config: Config = {
    ...value,
    dataDir: resolve(sources.cwd, value.dataDir),
    stackDir: resolve(sources.cwd, value.stackDir),
  };
  const [conflict] = conflictsIn(config);
  if (conflict !== undefined) {
    throw new FluxError('config_invalid', conflict, { hint: checkAgain });
  }
  return { value: deepFreeze(config), origins: Object.freeze(origins), file: file.path };
}

/** Not `config show`: it would only meet the same mistake. */
const checkAgain = 'fluxgate config check   once it is mended';

function fromFlag(setting: Setting, flags: ConfigSources['flags']): Given | undefined {
  const value = flags[setting.flag];
  return value === undefined ? undefined : { value, origin: `flag --${setting.flag}` };
}

function check(setting: Setting, given: Given): void {
  const [error] = Value.Errors(setting.schema, given.value);
  if (error === undefined) return;
  const typed = setting.secret ? 'the given value' : JSON.stringify(given.value);
  throw new FluxError('config_invalid', `${setting.path} ${demandOf(setting)}, not ${typed} (${given.origin})`, {
    hint: given.origin.startsWith('flag ')
      ? 'fluxgate config init   writes a file with every setting explained'
      : checkAgain,
  });
}

/** What a setting takes, as the end of a sentence. */
function demandOf(setting: Setting): string {
  const { schema } = setting;
  if (schema.enum !== undefined) return `must be one of ${schema.enum.join(', ')}`;
  if (schema.type === 'array') return 'must be a list of texts';
  const bounds = schema as { minimum?: number; maximum?: number; minLength?: number; maxLength?: number };
  if (schema.type === 'string') return `must be a text of ${bounds.minLength} to ${bounds.maxLength} characters`;
  const kind = schema.type === 'integer' ? 'a whole number' : 'a number';
  return `must be ${kind} from ${bounds.minimum} to ${bounds.maximum}`;
}

function put(draft: Record<string, unknown>, path: readonly string[], value: unknown): void {
  const [name = '', ...rest] = path;
  if (rest.length === 0) {
    draft[name] = value;
    return;
  }
  const inner = draft[name] ?? {};
  draft[name] = inner;
  put(inner as Record<string, unknown>, rest, value); // made by this function, one line above
}

function deepFreeze<Value>(value: Value): Value {
  if (typeof value === 'object' && value !== null) {
    for (const inner of Object.values(value)) deepFreeze(inner);
    Object.freeze(value);
  }
  return value;
}
