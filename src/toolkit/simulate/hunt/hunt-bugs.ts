import type { FoundSeed, SeedsTally } from '../seeds/seed-chunk.ts';
import type { BugFile } from './bug-files.ts';

/** What became of one planted bug. */
export interface HuntedBug {
  readonly name: string;
  /** The first seed that met it, and the promise that it broke there; null where no seed did. */
  readonly found: FoundSeed | null;
  /** Up to the one that met it. However many jobs share them, it is the same number. */
  readonly seeds: number;
  /** With the start of its jobs. */
  readonly elapsedMs: number;
}

/** Hunts one bug after the other, each until the first seed that meets it or to the end of its seeds. */
export async function huntBugs(
  files: readonly BugFile[],
  use: {
    readonly from: number;
    /** Runs the seeds with the bug until the first that meets it. */
    readonly run: (file: BugFile) => Promise<SeedsTally>;
    readonly nowMs: () => number;
    readonly onHunted: (hunted: HuntedBug) => void;
  },
): Promise<readonly HuntedBug[]> {
  const all: HuntedBug[] = [];
  for (const file of files) {
    const beganMs = use.nowMs();
    const tally = await use.run(file);
    const found = tally.found[0] ?? null;
    const hunted = {
      name: file.name,
      found,
      // jobs that ran ahead have run seeds that nobody needed
      seeds: found === null ? tally.seeds : found.seed - use.from + 1,
      elapsedMs: Math.round(use.nowMs() - beganMs),
    };
    all.push(hunted);
    use.onHunted(hunted);
  }
  return all;
}
