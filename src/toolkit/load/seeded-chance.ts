/**
 * Chance that depends on nothing but its arguments: the same seed, stream and number give the same fraction in [0, 1),
 * in whatever order they are asked. Streams keep two questions about one number apart.
 *
 * A 32-bit integer hash (Mulberry32's finisher over a Weyl step) is enough here: it spreads load, it keeps no secret.
 */
export function chanceAt(seed: number, stream: number, number: number): number {
  let x = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(stream + 1, 0xc2b2ae35);
  x = mix(x + Math.imul(number + 1, 0x6d2b79f5));
  return mix(x ^ seed) / 2 ** 32;
}

function mix(value: number): number {
  let x = value;
  x = Math.imul(x ^ (x >>> 15), x | 1);
  x ^= x + Math.imul(x ^ (x >>> 7), x | 61);
  return (x ^ (x >>> 14)) >>> 0;
}
