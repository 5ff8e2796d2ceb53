import { randomBytes, randomUUID } from 'node:crypto';
import type { ServerId } from '../../engine/domain/ids.ts';
import type { Ids } from '../../engine/ports/ids.ts';
import type { Random } from '../../engine/ports/random.ts';

/** The machine's randomness. */
export const nodeRandom: Random = {
  hex: (bytes) => randomBytes(bytes).toString('hex'),
  fraction: Math.random,
};

export const nodeIds: Ids = {
  serverId: () => randomUUID() as ServerId,
};
