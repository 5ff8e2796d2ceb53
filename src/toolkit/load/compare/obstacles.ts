import type { LoadResult } from '../load-result.ts';

/** What has to be the same in all runs, so that a difference is one of the server. */
const sameInAll: readonly { readonly what: string; readonly of: (run: LoadResult) => string | number | boolean }[] = [
  { what: 'scenario', of: (run) => run.scenarioDigest },
  { what: 'seed', of: (run) => run.seed },
  { what: 'number of cores', of: (run) => run.machine.cores },
  { what: 'processor', of: (run) => run.machine.cpu },
  { what: 'platform', of: (run) => run.machine.platform },
  { what: 'length of slices', of: (run) => run.slices.everyMs },
  { what: 'number of generator processes', of: (run) => run.generator.processes.length },
  { what: 'answer to whether client and server share a machine', of: (run) => run.sharedMachine },
];

/** A run with the name of its file. */
export interface NamedRun {
  readonly name: string;
  readonly result: LoadResult;
}

/** Why these runs say nothing about each other, a sentence each; empty where they can be compared. */
export function obstaclesBetween(runs: readonly NamedRun[]): readonly string[] {
  const [first, ...others] = runs;
  if (first === undefined) return [];
  const differing = sameInAll.flatMap(({ what, of }) => {
    const other = others.find(({ result }) => of(result) !== of(first.result));
    if (other === undefined) return [];
    const [a, b] = [of(first.result), of(other.result)];
    const values = what === 'scenario' ? titles(first, other) : ` (${a} and ${b})`;
    return [`${first.name} and ${other.name} differ in the ${what}${values}`];
  });
  return [...differing, ...runs.flatMap(troubleOf)];
}

function titles(first: NamedRun, other: NamedRun): string {
  const [a, b] = [first.result.title, other.result.title];
  return a === b ? ` ("${a}" was changed between them)` : ` ("${a}" and "${b}")`;
}

function troubleOf({ name, result }: NamedRun): readonly string[] {
  // a verdict of `failed` hides doubts: too many errors fail a run whatever became of its generators
  if (result.doubts.length > 0 || result.verdict === 'inconclusive') {
    const why = result.doubts.length === 0 ? 'a threshold was not measured' : result.doubts.join('; ');
    return [`${name} is ${result.verdict === 'inconclusive' ? 'inconclusive' : 'doubtful'}: ${why}`];
  }
  if (result.ended !== 'completed') return [`${name} did not run to its end`];
  return result.all.latencyMs.n === 0 ? [`${name} has no answer`] : [];
}

/** What a reader should know, though it forbids nothing. */
export function notesOn(a: readonly NamedRun[], b: readonly NamedRun[]): readonly string[] {
  const notes: string[] = [];
  const nodes = new Set([...a, ...b].map(({ result }) => result.machine.node));
  if (nodes.size > 1) notes.push(`The generators ran on different versions of Node (${[...nodes].join(', ')}).`);
  if (a.some(({ result }) => b.some((other) => other.result.startedAt === result.startedAt)))
    notes.push('The same run stands on both sides.');
  if (Math.min(a.length, b.length) < enoughRuns)
    notes.push(
      `Fewer than ${enoughRuns} runs on a side: the intervals know the noise within runs, and little or nothing of what ` +
        'differs from run to run. More runs: --baseline FILE, --candidate FILE.',
    );
  return notes;
}

/** With two runs a spread is hardly known; three are the least that show one. */
const enoughRuns = 3;
