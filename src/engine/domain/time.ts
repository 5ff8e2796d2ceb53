declare const instantBrand: unique symbol;
/** A moment of a wall clock, in whole milliseconds since 1970-01-01T00:00:00Z. */
export type Instant = number & { readonly [instantBrand]: true };

export function addMs(instant: Instant, ms: number): Instant {
  return (instant + ms) as Instant;
}

export function toInstant(epochMs: number): Instant {
  return Math.trunc(epochMs) as Instant;
}

/** ISO 8601 in UTC with milliseconds. */
export function isoOf(instant: Instant): string {
  // biome-ignore lint/style/noRestrictedGlobals: of a given moment it only says how it is written
  return new Date(instant).toISOString();
}
