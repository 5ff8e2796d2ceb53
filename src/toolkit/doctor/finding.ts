/** One thing that fluxgate needs (`missing` where it is not there) or would like (`low`). */
export interface Finding {
  readonly name: string;
  readonly verdict: 'ok' | 'low' | 'missing';
  readonly found: string;
  /** The exact command that mends it; null where all is well. */
  readonly mend: string | null;
}

export function ok(name: string, found: string): Finding {
  return { name, verdict: 'ok', found, mend: null };
}
