/** What a job is asked. `plantFile`: the module of a planted bug; null runs the sound program. */
export interface SeedTask {
  readonly from: number;
  readonly count: number;
  readonly plantFile: string | null;
  readonly stopAtFirst: boolean;
}
