import type { Config } from '../../src/config/config-schema.ts';
import type { EngineParts } from '../../src/engine/create-engine.ts';

/**
 * A defect that is planted at composition, to see whether the checks can fail. None of this is in the shipped build.
 * It gets the sound parts and gives back the ones that the sale then runs on.
 */
export type Planted = (parts: EngineParts, config: Config) => EngineParts;
