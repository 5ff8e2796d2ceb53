import { FluxError } from '../../engine/domain/flux-error.ts';
import { isAsWanted, type Probe, probeSubject } from './probe.ts';
import { type ProbeFact, type ProbeSources, probeFacts, type Reading } from './probe-facts.ts';

/** What a probe found, as `--json` prints it. */
export interface ProbeAnswer {
  readonly fact: string;
  /** Null where nobody can say it. */
  readonly value: number | string | null;
  readonly why: string | null;
  readonly wanted: string | null;
  readonly holds: boolean;
  readonly looks: number;
}

export interface RunProbe {
  readonly probe: Probe;
  readonly saleId: string;
  readonly sources: ProbeSources;
  /** Looks again for so long; 0 looks once. */
  readonly waitMs: number;
  readonly nowMs: () => number;
  readonly sleep: (ms: number) => Promise<void>;
}

/** Often enough that nobody waits for it, seldom enough that nobody notices it. */
const everyMs = 250;

/** Asks until it is as wanted, or the time is over. Something that does not answer is asked again, too. @throws FluxError of the last look */
export async function runProbe(use: RunProbe): Promise<ProbeAnswer> {
  const { probe, waitMs, nowMs, sleep } = use;
  const until = nowMs() + waitMs;
  for (let looks = 1; ; looks += 1) {
    const isLast = nowMs() + everyMs > until;
    const reading = await look(use, isLast);
    if (isAsWanted(probe, reading) || isLast) return answerOf(probe, reading, looks);
    await sleep(everyMs);
  }
}

async function look({ probe, saleId, sources }: RunProbe, isLast: boolean): Promise<Reading> {
  const fact: ProbeFact = probeFacts[probe.name];
  try {
    return await fact.read(sources, { saleId, of: probe.of });
  } catch (error) {
    // a wrong token stays wrong; a server that starts does not stay away
    if (isLast || !(error instanceof FluxError) || error.code !== 'server_unreachable') throw error;
    return { kind: 'unknown', why: error.message };
  }
}

function answerOf(probe: Probe, reading: Reading, looks: number): ProbeAnswer {
  const { wanted } = probe;
  return {
    fact: probeSubject(probe),
    value: reading.kind === 'value' ? reading.value : null,
    why: reading.kind === 'unknown' ? reading.why : null,
    wanted: wanted === null ? null : `${wanted.comparison} ${wanted.value}`,
    holds: isAsWanted(probe, reading),
    looks,
  };
}

/** `lag is 12; wanted: is 0` */
export function probeText({ fact, value, why, wanted, holds }: ProbeAnswer): string {
  const found = value === null ? `${fact}: nobody can say (${why})` : `${fact} is ${value}`;
  return holds || wanted === null ? found : `${found}; wanted: ${wanted}`;
}
