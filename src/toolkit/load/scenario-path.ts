import { existsSync } from 'node:fs';
import { nearestName } from '../../config/nearest-name.ts';
import { FluxError } from '../../engine/domain/flux-error.ts';
import { shippedNames, shippedPath } from './shipped-scenarios.ts';

/**
 * A path as it was typed, or the scenario of that name that ships with the program. A file that is there goes first.
 * @throws FluxError `scenario_invalid` for a name that nothing has, with the nearest that ships
 */
export function scenarioPath(typed: string): string {
  if (existsSync(typed) || !/^[A-Za-z0-9_-]+$/.test(typed)) return typed;
  const names = shippedNames();
  if (names.includes(typed)) return shippedPath(typed);
  const near = nearestName(typed, names);
  throw new FluxError('scenario_invalid', `no scenario "${typed}" ships, and there is no such file`, {
    hint: near === undefined ? 'fluxgate load list' : `did you mean ${near}? fluxgate load list names them all`,
  });
}
