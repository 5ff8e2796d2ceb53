import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

/**
 * The folder for programs that were brought from elsewhere: the configured one, else `fluxgate` in $XDG_CACHE_HOME, else
 * ~/.cache/fluxgate (XDG Base Directory Specification: a relative $XDG_CACHE_HOME counts for nothing). Always absolute.
 */
export function cacheFolder(
  configured: string | undefined,
  env: Readonly<Record<string, string | undefined>> = process.env,
): string {
  if (configured !== undefined && configured !== '') return resolve(configured);
  const base = env.XDG_CACHE_HOME;
  return join(base?.startsWith('/') ? base : join(homedir(), '.cache'), 'fluxgate');
}
