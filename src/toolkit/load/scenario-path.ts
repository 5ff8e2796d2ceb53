import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** A path as it was typed, or the scenario of that name that ships with the program. A file that is there goes first. */
export function scenarioPath(typed: string): string {
  if (existsSync(typed) || !/^[A-Za-z0-9_-]+$/.test(typed)) return typed;
  // from dist/toolkit/load/ or src/toolkit/load/ to the package's own folder
  const shipped = fileURLToPath(new URL(`../../../scenarios/${typed}.yaml`, import.meta.url));
  return existsSync(shipped) ? shipped : typed;
}
