import type { Plant } from '../world/simulated-process.ts';
import type { WorldParts } from '../world/world-parts.ts';

/** A defect that is planted into a world, to see whether the simulator can find it. */
export interface PlantedBug {
  /** As its file is called. */
  readonly name: string;
  /** How somebody came to write it, and what goes wrong. */
  readonly story: string;
  /** Into the parts of every process: what a server, a worker or a controller does wrong. */
  readonly plant?: Plant;
  /** Into what all of them share: what the gate, the ledger or the digest itself does wrong. */
  readonly plantInWorld?: (parts: WorldParts) => WorldParts;
}

/** What a world runs on: with the defect, where there is one. */
export function partsWith(
  bug: PlantedBug | null,
  parts: WorldParts,
): { readonly parts: WorldParts; readonly plant: Plant | null } {
  return { parts: bug?.plantInWorld?.(parts) ?? parts, plant: bug?.plant ?? null };
}
