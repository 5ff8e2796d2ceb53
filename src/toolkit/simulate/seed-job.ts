import type { SeedsTally } from './seed-chunk.ts';

/** What a job is asked. `plantFile`: the module of a planted bug; null runs the sound program. */
export interface SeedTask {
  readonly from: number;
  readonly count: number;
  readonly plantFile: string | null;
  readonly stopAtFirst: boolean;
}

export type SeedAnswer =
  | { readonly kind: 'done'; readonly tally: SeedsTally }
  | { readonly kind: 'failed'; readonly why: string };
