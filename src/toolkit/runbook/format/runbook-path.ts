import { existsSync, readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { nearestName } from '../../../config/nearest-name.ts';
import { FluxError } from '../../../engine/domain/flux-error.ts';

/** The runbooks that ship with the program: from dist/toolkit/runbook/format/ or src/toolkit/runbook/format/. */
const shippedFolder = fileURLToPath(new URL('../../../../runbooks/', import.meta.url));

export function shippedRunbooks(): readonly string[] {
  return readdirSync(shippedFolder)
    .filter((file) => file.endsWith('.md') && file !== 'README.md')
    .map((file) => basename(file, '.md'))
    .sort();
}

/**
 * The file of a runbook: a path as it was typed, one beside `beside`, or the one of that name that ships.
 * @throws FluxError `usage` with the nearest name
 */
export function runbookPath(typed: string, beside?: string): string {
  if (typed.endsWith('.md') || typed.includes('/')) return typed;
  const near = beside === undefined ? undefined : join(dirname(beside), `${typed}.md`);
  if (near !== undefined && existsSync(near)) return near;
  const shipped = join(shippedFolder, `${typed}.md`);
  if (/^[A-Za-z0-9_-]+$/.test(typed) && existsSync(shipped)) return shipped;
  const meant = nearestName(typed, shippedRunbooks());
  throw new FluxError(
    'usage',
    meant === undefined ? `there is no runbook ${typed}` : `there is no runbook ${typed}. Did you mean ${meant}?`,
    { hint: meant === undefined ? 'fluxgate runbook list' : `fluxgate runbook show ${meant}` },
  );
}

export function runbookName(path: string): string {
  return basename(path, '.md');
}
