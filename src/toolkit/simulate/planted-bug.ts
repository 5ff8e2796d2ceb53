import type { Plant } from './world/simulated-process.ts';

/** A defect that is planted into the parts of every process, to see whether the simulator can find it. */
export interface PlantedBug {
  /** As its file is called. */
  readonly name: string;
  /** How somebody came to write it, and what goes wrong. */
  readonly story: string;
  readonly plant: Plant;
}
