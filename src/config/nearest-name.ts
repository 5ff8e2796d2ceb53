import { distance } from 'fastest-levenshtein';

/**
 * The known name that somebody probably meant, or undefined where none is near enough to be a typing error:
 * at most a third of the letters may differ, and at least two may.
 */
export function nearestName(typed: string, known: readonly string[]): string | undefined {
  const wanted = typed.toLowerCase();
  let best: { readonly name: string; readonly edits: number } | undefined;
  for (const name of known) {
    const edits = distance(wanted, name.toLowerCase());
    if (best === undefined || edits < best.edits) best = { name, edits };
  }
  const allowed = Math.max(2, Math.floor(typed.length / 3));
  return best !== undefined && best.edits <= allowed && best.edits < typed.length ? best.name : undefined;
}
