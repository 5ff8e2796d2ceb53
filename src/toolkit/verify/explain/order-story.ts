import type { OrderId, SaleId } from '../../../engine/domain/ids.ts';
import { classOfPromised } from '../../../engine/domain/invariants/no-lost-order.ts';
import type { LedgerOrder } from '../../../engine/domain/ledger-facts.ts';
import { type Instant, isoOf } from '../../../engine/domain/time.ts';
import type { HistoryOutcome } from '../../history/history-entry.ts';

export type StoryBook = 'history' | 'order log' | 'ledger' | 'gate';

/** One thing that one book says of the order. */
export interface StoryFact {
  readonly book: StoryBook;
  /** By that book's clock; null for what is so now. */
  readonly at: Instant | null;
  readonly text: string;
  /** File and line, partition and offset, table, address. */
  readonly where: string;
}

/** What a book was asked and how much of it there was: also where it says nothing of the order. */
export interface LookedAt {
  readonly book: StoryBook;
  readonly text: string;
}

/** Whose order it is, as far as a book says. */
export interface OrderName {
  readonly orderId: OrderId;
  readonly saleId: SaleId | null;
  readonly userId: string | null;
  readonly key: string | null;
}

/** What all books together say of one order, in the words of a verdict. */
export interface OrderStory extends OrderName {
  readonly becameOf: StoryEnd;
  readonly exitCode: 0 | 20 | 23;
  readonly summary: string;
  readonly facts: readonly StoryFact[];
  readonly lookedAt: readonly LookedAt[];
}

export type StoryEnd =
  | 'ok'
  | 'recovered'
  | 'refused'
  | 'late'
  | 'unknown'
  | 'pending'
  | 'lost'
  | 'unexpected'
  | 'duplicated'
  | 'revoked';

/** One answer that the key heard. */
export interface Heard {
  readonly outcome: HistoryOutcome;
  readonly orderId: string | null;
}

/** As `--json` prints it: moments as text. */
export function storyDocument(story: OrderStory): unknown {
  const facts = story.facts.map((fact) => ({ ...fact, at: fact.at === null ? null : isoOf(fact.at) }));
  return { ...story, facts };
}

/** What decides how the story ends. */
export interface StoryEvidence {
  readonly orderId: OrderId;
  readonly order: LedgerOrder | null;
  readonly heard: readonly Heard[];
  /** Records of it that are not late. */
  readonly records: number;
  readonly late: number;
  /** True where a record of it may still be on its way into the ledger. */
  readonly recordingMayBePending: boolean;
  /** True where the first records of the log are gone: no record is then no finding. */
  readonly logIsTrimmed: boolean;
}

interface Ending {
  readonly becameOf: StoryEnd;
  readonly exitCode: 0 | 20 | 23;
  readonly summary: string;
}

/** How the story ends. The same classes as the report's, told of one order. Pure. */
export function endOfStory(evidence: StoryEvidence): Ending {
  const { orderId, order, heard, records } = evidence;
  const other = heard.find((one) => one.orderId !== null && one.orderId !== orderId);
  if (other) return violated('duplicated', `its key heard of another order, too: ${other.orderId}`);
  if (heard.filter(({ outcome }) => outcome === 'accepted').length > 1) {
    return violated('duplicated', 'its key heard twice that the order is new');
  }
  const heardOf = heard.some((one) => one.orderId === orderId);
  if (heardOf || records > 0) return endOfPromised(evidence, heardOf);
  if (order !== null) {
    if (!evidence.logIsTrimmed)
      return violated('unexpected', 'the ledger has it, and the order log has no record of it');
    return holds('ok', 'in the ledger; the beginning of the order log is gone, its record perhaps with it');
  }
  if (evidence.late > 0)
    return holds('late', 'its record came behind the marker of a newer epoch: nobody was told yes for it');
  const last = heard.at(-1)?.outcome;
  if (last !== undefined && isOpen(last)) {
    return holds('unknown', 'its buyer never heard an answer, and it is no order: both are right');
  }
  return holds('refused', `its key was refused${last === undefined ? '' : ` (${last})`}: there is no order`);
}

function endOfPromised({ order, records, recordingMayBePending }: StoryEvidence, heardOf: boolean): Ending {
  const by = [...(heardOf ? ['heard as 200'] : []), ...(records > 0 ? ['in the order log'] : [])].join(' and ');
  const becameOf = classOfPromised(order?.state, { recordingMayBePending });
  switch (becameOf) {
    case 'ok':
      if (heardOf && records === 0)
        return holds('ok', 'heard as 200 and in the ledger; its record is not in the order log');
      return heardOf
        ? holds('ok', `${by}, and in the ledger as ${order?.state}`)
        : holds(
            'recovered',
            `in the order log and in the ledger as ${order?.state}; no history says that its buyer heard so`,
          );
    case 'revoked':
      return violated('revoked', `${by}, but against a rule of the ledger: it was revoked`);
    case 'pending':
      return { becameOf, exitCode: 23, summary: `pending: ${by}, and the ledger has not got there yet` };
    case 'lost':
      return violated('lost', `${by}, and the ledger does not have it`);
    default:
      return becameOf satisfies never;
  }
}

/** Whether an answer leaves open what became of the order. */
function isOpen(outcome: HistoryOutcome): boolean {
  return ['unknown', 'server_error', 'connection_error', 'timeout', 'aborted'].includes(outcome);
}

function holds(becameOf: StoryEnd, text: string): Ending {
  return { becameOf, exitCode: 0, summary: `${becameOf}: ${text}` };
}

function violated(becameOf: StoryEnd, text: string): Ending {
  return { becameOf, exitCode: 20, summary: `${becameOf}: ${text}` };
}
