import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

// from dist/toolkit/chaos/system/ or src/toolkit/chaos/system/ to the package's own folder
const root = (path: string): string => fileURLToPath(new URL(`../../../../${path}`, import.meta.url));

export const packageRoot = root('.');
export const fluxgateProgram = root('bin/run.js');

/** `serve` with a defect, which stands in the source tree and in no package (test/e2e/planted.test.ts). */
export const plantedProgram = root('test/planted/serve-planted.ts');

export function hasPlanted(): boolean {
  return existsSync(plantedProgram);
}
