import type { InvariantName } from '../../engine/domain/invariants/finding.ts';
import { type Instant, isoOf } from '../../engine/domain/time.ts';
import { countedWords } from './counted-words.ts';

/** What `--since` leaves out of an invariant, or why nothing of it can be left out. */
export function sinceNote(
  since: Instant,
  name: InvariantName,
  earlier: { readonly records: number; readonly answers: number },
): string {
  switch (name) {
    case 'no-oversell':
    case 'conservation':
      return 'of the whole sale: counters know no time';
    case 'no-lost-order': {
      const left = `${countedWords(earlier.records, 'records')} and ${countedWords(earlier.answers, 'answers')} before it`;
      return `only orders accepted since ${isoOf(since)}; not looked at: ${left}`;
    }
    case 'no-duplicate':
      return `keys of the whole ledger; ids of records and answers since ${isoOf(since)}`;
    case 'limits':
      return 'of the whole sale: units of a buyer add up over all orders';
    case 'liveness':
      return 'whatever waits now, whenever it was accepted';
    default:
      return name satisfies never;
  }
}
