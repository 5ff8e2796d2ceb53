import { chanceAt } from '../../src/toolkit/load/seeded-chance.ts';

export const nightParts = ['redis', 'kafka', 'postgres', 'worker', 'server', 'controller'] as const;
export type NightPart = (typeof nightParts)[number];
export const nightTroubles = ['kill', 'pause', 'restart'] as const;
export type NightTrouble = (typeof nightTroubles)[number];

/** One thing that happens in a night on the stack. */
export interface NightEvent {
  readonly part: NightPart;
  readonly trouble: NightTrouble;
  /** Of several, which one. */
  readonly which: number;
  /** After the crowd began to buy. */
  readonly atMs: number;
}

const all = nightParts.flatMap((part) => nightTroubles.map((trouble) => ({ part, trouble })));
/** How many different things can happen: as many seeds in a row have each of them once as the first of the pair. */
export const nightKinds = all.length;
/** Every sixth night has one trouble only, so that a pair is not needed to find what one finds. */
const singleShare = 1 / 6;
/** The second comes before, during or after the recovery from the first. */
const latestSecondMs = 2_500;

/** What happens in the night of a seed: one thing, or two to two parts. The same seed plans the same. */
export function planNight(seed: number): readonly NightEvent[] {
  const chance = (number: number): number => chanceAt(seed, 7, number);
  const event = (what: (typeof all)[number] | undefined, atMs: number, number: number): NightEvent => {
    if (what === undefined) throw new RangeError('there is always something');
    return { ...what, which: Math.floor(chance(number) * 2), atMs: Math.round(atMs) };
  };
  const first = event(all[seed % nightKinds], chance(0) * 300, 1);
  if (chance(2) < singleShare) return [first];
  const others = all.filter(({ part }) => part !== first.part);
  const second = others[Math.floor(chance(3) * others.length)];
  return [first, event(second, first.atMs + chance(4) * latestSecondMs, 5)];
}

/** As a person reads it. */
export function nightText(events: readonly NightEvent[]): string {
  return events.map(({ trouble, part, which, atMs }) => `${trouble} ${part} ${which + 1} at ${atMs} ms`).join(', ');
}
