import { alignedTable } from '../../command/aligned-table.ts';
import type { Experiment } from '../experiment/experiment.ts';
import { neededBy, ofThrowaway, whyMissing } from '../run/missing-capability.ts';

/** An experiment as a list shows it. */
export interface ListedExperiment {
  readonly name: string;
  readonly title: string;
  readonly needs: readonly string[];
  /** Why this machine cannot run it; null where it can. */
  readonly missing: string | null;
}

export function listed(experiment: Experiment): ListedExperiment {
  const needs = neededBy(experiment);
  return { name: experiment.name, title: experiment.title, needs, missing: whyMissing(needs, ofThrowaway(experiment)) };
}

/** As a table, with how to go on. Pure. */
export function listText(experiments: readonly ListedExperiment[]): string {
  const rows = experiments.map(({ name, title, needs, missing }) => [
    name,
    needs.includes('embedded') ? 'embedded' : 'stack',
    missing === null ? title : `${title} (skipped here: ${missing})`,
  ]);
  return [
    alignedTable(['experiment', 'on', 'what happens'], rows),
    '',
    'fluxgate chaos explain NAME, then fluxgate chaos run NAME',
  ].join('\n');
}
