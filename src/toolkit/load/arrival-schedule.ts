import type { Stage } from './scenario.ts';
import { chanceAt } from './seeded-chance.ts';

/** 8 bytes each stay under 40 MB; a crowd of five million is beyond what one generating process sends in a sensible time. */
export const plannedArrivalsLimit = 5_000_000;

const jitterStream = 0;

/** How many buyers the stages plan: the integral of the rate, a fraction included. */
export function arrivalsOf(stages: readonly Stage[]): number {
  return stages.reduce((sum, stage) => sum + arrivalsIn(stage), 0);
}

export function durationMsOf(stages: readonly Stage[]): number {
  return stages.reduce((sum, stage) => sum + stage.forSeconds * 1_000, 0);
}

/** The rate the plan wants at a moment, in buyers a second; 0 outside the plan. */
export function plannedRateAt(stages: readonly Stage[], atMs: number): number {
  let from = 0;
  for (const stage of stages) {
    const lengthMs = stage.forSeconds * 1_000;
    if (atMs >= from && atMs < from + lengthMs) {
      if (stage.kind === 'constant') return stage.ratePerSecond;
      return stage.from + ((stage.to - stage.from) * (atMs - from)) / lengthMs;
    }
    from += lengthMs;
  }
  return 0;
}

/**
 * The moment of every arrival in milliseconds from the start, in order, fixed before the first is sent.
 *
 * Arrival n comes where the integral of the rate reaches n plus a fraction that the seed gives: one arrival for each unit of
 * the integral, at a place in it that chance picks. So the rate is met everywhere to within one, without a drumbeat.
 */
export function planArrivals(stages: readonly Stage[], seed: number): Float64Array {
  const total = arrivalsOf(stages);
  const moments = new Float64Array(Math.ceil(total));
  let count = 0;
  let stageStartMs = 0;
  let before = 0;
  for (const stage of stages) {
    const inStage = arrivalsIn(stage);
    for (;;) {
      const position = count + chanceAt(seed, jitterStream, count);
      if (position >= before + inStage || count >= moments.length) break;
      moments[count] = stageStartMs + momentInStageMs(stage, position - before);
      count += 1;
    }
    before += inStage;
    stageStartMs += stage.forSeconds * 1_000;
  }
  return moments.subarray(0, count);
}

function arrivalsIn(stage: Stage): number {
  if (stage.kind === 'constant') return stage.ratePerSecond * stage.forSeconds;
  return ((stage.from + stage.to) / 2) * stage.forSeconds;
}

/** When the integral of the stage's rate reaches `wanted`: the root of from*t + (to-from)*t^2/(2T) in its stable form. */
function momentInStageMs(stage: Stage, wanted: number): number {
  if (stage.kind === 'constant') return (wanted / stage.ratePerSecond) * 1_000;
  const { from, to, forSeconds } = stage;
  const root = Math.sqrt(Math.max(0, from * from + (2 * (to - from) * wanted) / forSeconds));
  const seconds = (2 * wanted) / (from + root);
  return Math.min(Number.isFinite(seconds) ? seconds : 0, forSeconds) * 1_000;
}
