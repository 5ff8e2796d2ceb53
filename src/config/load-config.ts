import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Value } from 'typebox/value';
import { FluxError } from '../engine/domain/flux-error.ts';
import { fromFile } from './config-file.ts';
import { type Config, configSchema } from './config-schema.ts';
import { conflictsIn } from './conflicts.ts';
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
  /** For commands that use Redis, Kafka or PostgreSQL: asked in mode stack only. */
  readonly stack?: StackOrigin;
}

/**
 * What the stack in a folder gives by itself: all settings of the groups that it has, by path; null where there is none.
 * @throws FluxError where the stack can be none any more
 */
export type StackOrigin = (stackDir: string) => ReadonlyMap<string, Given> | null;

/** The setting of each group that says where its service is: who gives it by flag or variable means another service than the stack's. */
const addressSettings = { redis: 'redis.nodes', kafka: 'kafka.brokers', postgres: 'postgres.host' } as const;

/**
 * The configuration: flags above FLUXGATE_* variables above the stack file above fluxgate.config.yaml above defaults.
 *
 * @throws FluxError `config_unknown_key` for a name nobody knows (with the nearest one), `config_invalid` for a value that
 *   does not fit or a file that cannot be read; they name the place. What `stack` throws.
 */
export async function loadConfig(sources: ConfigSources): Promise<LoadedConfig> {
  const file = await fromFile(sources.cwd);
  const env = fromEnvironment(sources.env);
  const typed = (setting: Setting) => fromFlag(setting, sources.flags) ?? env.get(setting.path);
  const stack = fromStack(sources, typed, file.values);
  const draft: Record<string, unknown> = {};
  const origins: Record<string, string> = {};
  for (const setting of settings) {
    const given = typed(setting) ?? stack.get(setting.path) ?? file.values.get(setting.path);
    if (given?.value !== undefined) check(setting, given);
    const value = given === undefined ? setting.schema.default : given.value;
    origins[setting.path] = given?.origin ?? 'default';
    if (value !== undefined) put(draft, setting.path.split('.'), value);
  }
  const config = withAbsolutePaths(Value.Parse(configSchema, draft), sources.cwd);
  const conflict = conflictsIn(config)[0] ?? (await unreadableFile(config));
  if (conflict !== undefined) {
    throw new FluxError('config_invalid', conflict, { hint: checkAgain });
  }
  return { value: deepFreeze(config), origins: Object.freeze(origins), file: file.path };
}

/** Each group of the stack as a whole, or nothing of it: the password of one Redis is of no use at another. */
function fromStack(
  { stack, cwd }: ConfigSources,
  typed: (setting: Setting) => Given | undefined,
  file: ReadonlyMap<string, Given>,
): ReadonlyMap<string, Given> {
  const settled = (path: string): unknown => {
    const setting = settings.find((each) => each.path === path);
    if (setting === undefined) return undefined;
    return (typed(setting) ?? file.get(path))?.value ?? setting.schema.default;
  };
  const elsewhere = Object.entries(addressSettings)
    .filter(([, path]) => settings.some((setting) => setting.path === path && typed(setting) !== undefined))
    .map(([group]) => group);
  if (stack === undefined || settled('mode') !== 'stack' || elsewhere.length === 3) return new Map();
  const given = stack(resolve(cwd, String(settled('stackDir')))) ?? new Map<string, Given>();
  return new Map([...given].filter(([path]) => !elsewhere.some((group) => path.startsWith(`${group}.`))));
}

function withAbsolutePaths(config: Config, cwd: string): Config {
  const withFile = <Group extends { readonly caFile?: string }>(group: Group): Group =>
    group.caFile === undefined ? group : { ...group, caFile: resolve(cwd, group.caFile) };
  return {
    ...config,
    dataDir: resolve(cwd, config.dataDir),
    stackDir: resolve(cwd, config.stackDir),
    redis: withFile(config.redis),
    kafka: withFile(config.kafka),
    postgres: withFile(config.postgres),
  };
}

async function unreadableFile(config: Config): Promise<string | undefined> {
  for (const group of ['redis', 'kafka', 'postgres'] as const) {
    const { caFile } = config[group];
    if (caFile === undefined) continue;
    const readable = await access(caFile, constants.R_OK).then(
      () => true,
      () => false,
    );
    if (!readable) return `${group}.caFile: ${caFile} is not there or cannot be read`;
  }
  return undefined;
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
  if (schema.type === 'boolean') return 'must be true or false';
  const bounds = schema as { minimum?: number; maximum?: number; minLength?: number; maxLength?: number };
  if (schema.pattern !== undefined) return `must match ${schema.pattern}`;
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
