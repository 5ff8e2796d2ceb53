import type { ServerId } from '../../engine/domain/ids.ts';
import type { Ids } from '../../engine/ports/ids.ts';
import type { Random } from '../../engine/ports/random.ts';

/** Chance that comes out the same for the same seed. */
export interface SeededRandom extends Random {
  /** 32 bits. */
  uint32(): number;
  /** A whole number from `low` to `high`, both included. */
  between(low: number, high: number): number;
}

/**
 * sfc32, Chris Doty-Humphrey's "small fast counting" generator (PractRand, sfc.h): 128 bits of state, passes PractRand.
 * For simulations and tests; nothing about it is secret.
 */
export function createSeededRandom(seed: number): SeededRandom {
  let a = seed >>> 0;
  let b = Math.trunc(seed / 0x1_0000_0000) >>> 0;
  let c = 0;
  let counter = 1;

  function uint32(): number {
    const result = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + result;
    return result >>> 0;
  }

  // PractRand's own number of rounds to spread the seed over the whole state.
  for (let round = 0; round < 15; round += 1) uint32();

  return {
    uint32,
    between: (low, high) => low + Math.floor((uint32() / 0x1_0000_0000) * (high - low + 1)),
    fraction: () => uint32() / 0x1_0000_0000,
    hex(bytes) {
      let text = '';
      while (text.length < bytes * 2) text += uint32().toString(16).padStart(8, '0');
      return text.slice(0, bytes * 2);
    },
  };
}

/** Ids from seeded chance, in the form of UUIDs. */
export function createSeededIds(random: Random): Ids {
  return {
    serverId() {
      const hex = random.hex(16);
      return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}` as ServerId;
    },
  };
}
