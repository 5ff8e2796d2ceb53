import type { BenchMeasure, BenchRound, BenchSubject, HttpBenchFigures } from './bench-http-result.ts';

/** Ratios are taken within a round, between neighbours in time, and only then the median: what disturbs both disturbs little. */
export function figuresOf(rounds: readonly BenchRound[]): HttpBenchFigures {
  const over = (of: (round: BenchRound) => number): number => median(rounds.map(of));
  const cpu = (subject: BenchSubject): number | null => {
    const known = rounds.map((round) => round[subject].cpuMicrosPerAnswer).filter((micros) => micros !== null);
    return known.length === 0 ? null : median(known);
  };
  return {
    barePerSecond: over((round) => round.bare.perSecond),
    refusedPerSecond: over((round) => round.refused.perSecond),
    acceptedPerSecond: over((round) => round.accepted.perSecond),
    refusedToBare: over(({ refused, bare }) => refused.perSecond / bare.perSecond),
    acceptedToBare: over(({ accepted, bare }) => accepted.perSecond / bare.perSecond),
    bareP50Ms: over((round) => round.bare.latencyMs.p50),
    bareP99Ms: over((round) => round.bare.latencyMs.p99),
    refusedP50Ms: over((round) => round.refused.latencyMs.p50),
    refusedP99Ms: over((round) => round.refused.latencyMs.p99),
    acceptedP50Ms: over((round) => round.accepted.latencyMs.p50),
    acceptedP99Ms: over((round) => round.accepted.latencyMs.p99),
    refusedP99ToBareP99: over(({ refused, bare }) => refused.latencyMs.p99 / bare.latencyMs.p99),
    lagZeroAfterSeconds: Math.max(...rounds.map((round) => round.lagZeroAfterSeconds)),
    bareCpuMicros: cpu('bare'),
    refusedCpuMicros: cpu('refused'),
    acceptedCpuMicros: cpu('accepted'),
  };
}

/** The middle one, or the mean of the two in the middle; NaN of nothing. */
export function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/** The generator could not have sent more ... */
const busyLimit = 0.95;
/** ... while the server had time left: less than this of one core, which is what its event loop can use. */
const serverIdleCores = 0.85;
/** Others had more than this part of all cores: server, generator and PostgreSQL no longer had the machine they share. */
export const foreignLimit = 0.2;
/** Answers of another kind than the measured one: more than this and it is not that kind that was measured. */
const othersLimit = 0.01;

/** Why a round is to be doubted. Sentences. */
export function doubtsAboutRound(
  round: BenchRound,
  { connections, seconds, cores }: { readonly connections: number; readonly seconds: number; readonly cores: number },
): string[] {
  const doubts: string[] = [];
  for (const subject of ['bare', 'refused', 'accepted'] as const) {
    const measure = round[subject];
    if (isGeneratorBottleneck(measure))
      doubts.push(`the generator was the bottleneck of ${subject} (busy ${Math.round(measure.generatorBusy * 100)} %)`);
    if (measure.foreignCores !== null && measure.foreignCores > cores * foreignLimit)
      doubts.push(`other processes had ${measure.foreignCores.toFixed(1)} of ${cores} cores during ${subject}`);
    const wanted = measure.perSecond * seconds;
    if (wanted < connections) doubts.push(`${subject} had hardly an answer of its kind`);
    else if (measure.others > wanted * othersLimit)
      doubts.push(`${subject} had ${measure.others} answers of another kind or none`);
  }
  return doubts;
}

function isGeneratorBottleneck({ generatorBusy, serverCores }: BenchMeasure): boolean {
  return generatorBusy > busyLimit && (serverCores === null || serverCores < serverIdleCores);
}
