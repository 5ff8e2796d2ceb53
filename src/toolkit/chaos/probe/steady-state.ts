import type { AbortGuard, SteadyProbe, Tolerance } from '../experiment/experiment.ts';
import type { CheckMoment } from '../experiment/probe-schema.ts';

/** What all probes said at one moment of the timeline. */
export interface Sample {
  /** Since the timeline began; below 0 before that. */
  readonly atMs: number;
  /** Of each probe of the steady state, in their order. Null: nobody answered. */
  readonly values: readonly (number | null)[];
}

/** Whether a figure is normal. One that nobody gave never is. */
export function isWithin({ min, max }: Tolerance, value: number | null): boolean {
  return value !== null && (min === null || value >= min) && (max === null || value <= max);
}

/** The probes of this moment that are not normal, as sentences. */
export function deviations(probes: readonly SteadyProbe[], { values }: Sample, moment: CheckMoment): readonly string[] {
  return probes.flatMap(({ title, tolerance, check }, n) => {
    const value = values[n] ?? null;
    if (!check.has(moment) || isWithin(tolerance, value)) return [];
    return [`${title}: ${valueText(value)}, normal is ${toleranceText(tolerance)}`];
  });
}

/** In a row: one normal sample may be chance. */
export const samplesInARow = 3;

/**
 * When the system was normal again: the first of so many normal samples in a row after `fromMs`. Null where it was not.
 */
export function steadyAt(
  probes: readonly SteadyProbe[],
  samples: readonly Sample[],
  moment: CheckMoment,
  fromMs: number,
): number | null {
  let row: number[] = [];
  for (const sample of samples) {
    if (sample.atMs < fromMs) continue;
    row = deviations(probes, sample, moment).length === 0 ? [...row, sample.atMs] : [];
    if (row.length === samplesInARow) return row[0] ?? null;
  }
  return null;
}

/** A guard that was beyond its tolerance for its whole time by now, as a sentence; null where none was. */
export class GuardWatch {
  readonly #guards: readonly AbortGuard[];
  readonly #since = new Map<AbortGuard, number>();

  constructor(guards: readonly AbortGuard[]) {
    this.#guards = guards;
  }

  /** `values` of each guard, in their order. */
  crossed(atMs: number, values: readonly (number | null)[]): string | null {
    for (const [n, guard] of this.#guards.entries()) {
      const value = values[n] ?? null;
      if (isWithin(guard.tolerance, value)) {
        this.#since.delete(guard);
        continue;
      }
      const since = this.#since.get(guard) ?? atMs;
      this.#since.set(guard, since);
      if (atMs - since >= guard.crossedForMs)
        return `${guard.title}: ${valueText(value)}, allowed is ${toleranceText(guard.tolerance)}`;
    }
    return null;
  }
}

export function toleranceText({ min, max }: Tolerance): string {
  if (min !== null && max !== null) return min === max ? String(min) : `${min} to ${max}`;
  return min === null ? `at most ${max}` : `at least ${min}`;
}

export function valueText(value: number | null): string {
  return value === null ? 'no answer' : String(Math.round(value * 1_000) / 1_000);
}
