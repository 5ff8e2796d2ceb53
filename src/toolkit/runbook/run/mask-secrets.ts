import type { LoadedConfig } from '../../../config/load-config.ts';
import { settings } from '../../../config/settings.ts';

/** As `config show` prints a secret. */
const redacted = '<redacted>';
/** What is shorter stands in every text by chance. */
const shortest = 4;

/** The values of all secret settings. */
export function secretsOf({ value }: Pick<LoadedConfig, 'value'>): readonly string[] {
  return settings
    .filter(({ secret }) => secret)
    .map(({ path }) => path.split('.').reduce<unknown>((at, name) => Reflect.get(Object(at), name), value))
    .filter((secret) => typeof secret === 'string');
}

/** Takes secrets out of a text: the longest first, because one may stand inside another. */
export function maskOf(secrets: readonly string[]): (text: string) => string {
  const known = [...new Set(secrets)]
    .filter(({ length }) => length >= shortest)
    .toSorted((a, b) => b.length - a.length);
  return (text) => known.reduce((masked, secret) => masked.replaceAll(secret, redacted), text);
}
