import type { VerifyReport } from '../../src/toolkit/verify/report-schema.ts';
import { answer, type Books, emptyBooks, sell } from './sale-books.ts';

/** A sale of 100 tickets, a few buyers, one retry: all four books agree. */
export function healthyBooks(): Books {
  const books = emptyBooks(100);
  for (let n = 1; n <= 12; n += 1) sell(books, `user-${n}`, `key-${n}`, 1 + (n % 3));
  books.history.push(answer('user-1', 'key-1', 'duplicate'));
  books.history.push(answer('late', 'late', 'sold_out'));
  return books;
}

/** `invariant/kind` of every finding. */
export function kindsOf(report: VerifyReport): string[] {
  return report.invariants.flatMap((one) => one.findings.map((found) => `${one.name}/${found.kind}`));
}

export function invariantOf(report: VerifyReport, name: string) {
  const found = report.invariants.find((one) => one.name === name);
  if (!found) throw new Error(`the report has no ${name}`);
  return found;
}
