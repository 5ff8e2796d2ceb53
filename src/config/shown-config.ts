import type { Config } from './config-schema.ts';
import type { LoadedConfig } from './load-config.ts';
import { settings } from './settings.ts';

export interface ShownSetting {
  readonly path: string;
  /** Undefined where an optional setting is not given; `<redacted>` for a secret. */
  readonly value: unknown;
  readonly origin: string;
}

/** The configuration as it may be printed: no secret in it. */
export function shownConfig(loaded: LoadedConfig): readonly ShownSetting[] {
  return settings.map(({ path, secret }) => {
    const value = valueAt(loaded.value, path);
    return {
      path,
      value: secret && value !== undefined ? '<redacted>' : value,
      origin: value === undefined ? 'not set' : (loaded.origins[path] ?? 'default'),
    };
  });
}

function valueAt(config: Config, path: string): unknown {
  let value: unknown = config;
  for (const name of path.split('.')) value = (value as Record<string, unknown>)[name]; // paths come from the same schema
  return value;
}
