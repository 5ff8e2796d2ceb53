import { isoOf } from '../../../engine/domain/time.ts';
import type { Verdict } from '../report-schema.ts';
import type { Paint } from '../report-text.ts';
import { wrapText } from '../wrap-text.ts';
import type { OrderStory } from './order-story.ts';

/** The width that every terminal, mail and CI log has. */
const width = 80;
/** An ISO moment, a blank, the longest name of a book, a blank. */
const left = 24 + 2 + 9 + 2;
const verdicts = { 0: 'holds', 20: 'violated', 23: 'inconclusive' } as const satisfies Record<number, Verdict>;
const plain: Paint = (_verdict, text) => text;

/** One order's story for people: whose it is, what each book says in the order of time, and how it ends as the last line. */
export function storyText(story: OrderStory, paint: Paint = plain): string {
  const owner = [
    ...(story.userId === null ? [] : [`of ${story.userId}`]),
    ...(story.saleId === null ? [] : [`in ${story.saleId}`]),
    ...(story.key === null ? [] : [`key ${story.key}`]),
  ];
  return [
    `order ${story.orderId}`,
    ...(owner.length === 0 ? [] : wrapText(owner.join(', '), width)),
    '',
    `${'TIME'.padEnd(26)}${'BOOK'.padEnd(11)}WHAT IT SAYS`,
    ...story.facts.flatMap(({ at, book, text, where }) =>
      wrapText(`${text} (${where})`, width - left).map((line, n) =>
        n === 0
          ? `${(at === null ? 'now' : isoOf(at)).padEnd(26)}${book.padEnd(11)}${line}`
          : `${' '.repeat(left)}${line}`,
      ),
    ),
    '',
    ...story.lookedAt.flatMap(({ book, text }) =>
      wrapText(text, width - 11).map((line, n) => `${(n === 0 ? book : '').padEnd(11)}${line}`),
    ),
    ...wrapText(
      "Times: history by the clock of who sent it, order log by the server's, ledger by the database's.",
      width,
    ),
    '',
    ...wrapText(story.summary, width).map((line) => paint(verdicts[story.exitCode], line)),
  ].join('\n');
}
