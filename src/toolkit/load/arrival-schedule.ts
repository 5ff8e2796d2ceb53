import type { CurveStage, Stage } from './scenario.ts';
import { chanceAt } from './seeded-chance.ts';

/** 8 bytes each stay under 40 MB; a crowd of five million is beyond what one generating process sends in a sensible time. */
export const plannedArrivalsLimit = 5_000_000;

const jitterStream = 0;
const poissonStream = 4;

/** How many buyers the stages plan, a fraction included; of a Poisson stage the mean. */
export function arrivalsOf(stages: readonly Stage[]): number {
  return stages.reduce((sum, stage) => sum + arrivalsIn(stage), 0);
}

export function durationMsOf(stages: readonly Stage[]): number {
  return stages.reduce((sum, stage) => sum + stage.forSeconds * 1_000, 0);
}

/** The rate the plan wants at a moment, in buyers a second; 0 outside the plan. Of a recording: how many come in the second around it. */
export function plannedRateAt(stages: readonly Stage[], atMs: number): number {
  let from = 0;
  for (const stage of stages) {
    const lengthMs = stage.forSeconds * 1_000;
    if (atMs >= from && atMs < from + lengthMs) return rateIn(stage, atMs - from);
    from += lengthMs;
  }
  return 0;
}

function rateIn(stage: Stage, atMs: number): number {
  switch (stage.kind) {
    case 'constant':
    case 'poisson':
      return stage.ratePerSecond;
    case 'ramp':
      return stage.from + ((stage.to - stage.from) * atMs) / (stage.forSeconds * 1_000);
    case 'replay':
      return countBefore(stage.momentsMs, atMs + 500) - countBefore(stage.momentsMs, atMs - 500);
    default:
      return stage satisfies never;
  }
}

/** The moment of every arrival in milliseconds from the start, in order, fixed before the first is sent. */
export function planArrivals(stages: readonly Stage[], seed: number): Float64Array {
  const plan = new ArrivalPlan(roomFor(stages), seed);
  let startMs = 0;
  for (const stage of stages) {
    if (stage.kind === 'poisson') plan.poisson(stage.ratePerSecond, startMs, stage.forSeconds * 1_000);
    else if (stage.kind === 'replay') plan.replay(stage.momentsMs, startMs);
    else plan.curve(stage, startMs);
    startMs += stage.forSeconds * 1_000;
  }
  return plan.moments.subarray(0, plan.count);
}

class ArrivalPlan {
  readonly moments: Float64Array;
  count = 0;
  readonly #seed: number;
  /** Of the curves only: their integral so far, and the arrivals that it made. */
  #integral = 0;
  #onCurves = 0;
  #gaps = 0;

  constructor(room: number, seed: number) {
    this.moments = new Float64Array(room);
    this.#seed = seed;
  }

  /**
   * Arrival n of all curves comes where the integral of their rates reaches n plus a fraction that the seed gives: one arrival
   * for each unit of the integral, at a place in it that chance picks. So the rate is met everywhere to within one, without a
   * drumbeat.
   */
  curve(stage: CurveStage, startMs: number): void {
    const inStage = arrivalsIn(stage);
    for (;;) {
      const position = this.#onCurves + chanceAt(this.#seed, jitterStream, this.#onCurves);
      if (position >= this.#integral + inStage) break;
      if (!this.#add(startMs + momentInStageMs(stage, position - this.#integral))) break;
      this.#onCurves += 1;
    }
    this.#integral += inStage;
  }

  /** A Poisson process: gaps of exponential length, so that arrivals bunch and pause as independent people do. */
  poisson(ratePerSecond: number, startMs: number, lengthMs: number): void {
    const meanGapMs = 1_000 / ratePerSecond;
    for (let atMs = this.#gapMs(meanGapMs); atMs < lengthMs; atMs += this.#gapMs(meanGapMs)) {
      if (!this.#add(startMs + atMs)) break;
    }
  }

  replay(momentsMs: readonly number[], startMs: number): void {
    for (const moment of momentsMs) this.#add(startMs + moment);
  }

  #gapMs(meanMs: number): number {
    this.#gaps += 1;
    return -Math.log(1 - chanceAt(this.#seed, poissonStream, this.#gaps)) * meanMs;
  }

  #add(moment: number): boolean {
    if (this.count >= this.moments.length) return false;
    this.moments[this.count] = moment;
    this.count += 1;
    return true;
  }
}

/** Room for every arrival. A Poisson count stays within ten standard deviations of its mean: beyond is one plan in 10^23. */
function roomFor(stages: readonly Stage[]): number {
  const curves = stages.reduce((sum, stage) => sum + (isCurve(stage) ? arrivalsIn(stage) : 0), 0);
  const others = stages.reduce((sum, stage) => {
    if (stage.kind === 'replay') return sum + stage.momentsMs.length;
    const mean = arrivalsIn(stage);
    return stage.kind === 'poisson' ? sum + mean + 10 * Math.sqrt(mean) + 20 : sum;
  }, 0);
  return Math.ceil(curves) + Math.ceil(others);
}

function isCurve(stage: Stage): stage is CurveStage {
  return stage.kind === 'constant' || stage.kind === 'ramp';
}

function arrivalsIn(stage: Stage): number {
  if (stage.kind === 'replay') return stage.momentsMs.length;
  if (stage.kind === 'ramp') return ((stage.from + stage.to) / 2) * stage.forSeconds;
  return stage.ratePerSecond * stage.forSeconds;
}

/** When the integral of the stage's rate reaches `wanted`: the root of from*t + (to-from)*t^2/(2T) in its stable form. */
function momentInStageMs(stage: CurveStage, wanted: number): number {
  if (stage.kind === 'constant') return (wanted / stage.ratePerSecond) * 1_000;
  const { from, to, forSeconds } = stage;
  const root = Math.sqrt(Math.max(0, from * from + (2 * (to - from) * wanted) / forSeconds));
  const seconds = (2 * wanted) / (from + root);
  return Math.min(Number.isFinite(seconds) ? seconds : 0, forSeconds) * 1_000;
}

/** How many of the moments, which are in order, lie before `atMs`. */
function countBefore(momentsMs: readonly number[], atMs: number): number {
  let low = 0;
  let high = momentsMs.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((momentsMs[middle] ?? Number.POSITIVE_INFINITY) < atMs) low = middle + 1;
    else high = middle;
  }
  return low;
}
