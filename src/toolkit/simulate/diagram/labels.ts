import type { TraceEvent } from '../world/trace.ts';
import type { NamedOrder, Row } from './diagram.ts';
import { isOrder, isUser } from './involved-ids.ts';

/** Words for the events of one diagram, with short names for its orders: A, B ... in the order in which they appear. */
export interface Labels {
  /** `before` is the arrow above: an answer right below its question needs not repeat it. */
  of(event: TraceEvent, before: Row | null): string;
  /** All that were named so far. */
  orders(): readonly NamedOrder[];
}

export function createLabels(events: readonly TraceEvent[], involved: ReadonlySet<string>): Labels {
  const named = new Map<string, NamedOrder>();
  const tellsEpochs = events.some(({ ids = [] }) => ids.includes('epoch 2'));
  const askedBy = new Map<string, { readonly userId: string; readonly asked: string }>();
  for (const { ids = [], text, from } of events) {
    const orderId = ids.find(isOrder);
    const userId = ids.find(isUser);
    if (from === 'buyers' && orderId && userId)
      askedBy.set(orderId, { userId, asked: text.replace(/^\S+ /, '').replace(/,.*$/, '') });
  }

  function nameOf(orderId: string): string {
    const known = named.get(orderId) ?? {
      name: letters(named.size),
      orderId,
      userId: askedBy.get(orderId)?.userId ?? null,
    };
    named.set(orderId, known);
    return known.name;
  }

  /** What an event is about, behind the name of what is done. */
  function subjects(ids: readonly string[]): string {
    const orders = ids.filter(isOrder);
    const own = orders.filter((id) => involved.has(id)).map(nameOf);
    const others = orders.length - own.length;
    const epoch = tellsEpochs ? ids.find((id) => id.startsWith('epoch ')) : undefined;
    return [
      ...own,
      ...(own.length > 0 && others > 0 ? [`+${others}`] : []),
      ...(epoch === undefined ? [] : [`(${epoch})`]),
    ].join(' ');
  }

  return {
    of({ kind, from, to, text, ids = [] }, before) {
      if (kind === 'fault' || kind === 'finding' || kind === 'note') return shortened(text, involved, nameOf);
      const [what = text, ...said] = text.split(kind === 'lost' ? ': ' : ' -> ');
      // buyers' calls say who asks for what: the short name says the same
      const plain = from === 'buyers' || to === 'buyers' ? what.replace(/ user-\d+( key-\d+)?/, '') : what;
      const question = [plain.replace(/^append \d+/, 'append'), subjects(ids)].filter(Boolean).join(' ');
      if (kind === 'call') return question;
      const answer = plainly(said.join(kind === 'lost' ? ': ' : ' -> '));
      const follows = before?.kind === 'arrow' && before.from === to && before.to === from && before.label === question;
      return follows ? answer : `${question}: ${answer}`;
    },
    orders: () => [...named.values()],
  };
}

/** What a program answers, as a reader of a picture says it. */
function plainly(answer: string): string {
  const words: Readonly<Record<string, string>> = {
    '': 'none',
    true: 'yes',
    false: 'no',
    undefined: 'done',
    null: 'none',
  };
  return words[answer] ?? answer;
}

/** A sentence with the ids of orders by their short names. */
function shortened(text: string, involved: ReadonlySet<string>, nameOf: (orderId: string) => string): string {
  return text.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, (id) => (involved.has(id) ? nameOf(id) : id));
}

/** A to Z, then A2 to Z2 ... */
function letters(nth: number): string {
  const round = Math.floor(nth / 26);
  return `${String.fromCharCode(65 + (nth % 26))}${round === 0 ? '' : round + 1}`;
}
