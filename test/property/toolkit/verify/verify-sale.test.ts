import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findingKinds, type InvariantName } from '../../../../src/engine/domain/invariants/finding.ts';
import { toInstant } from '../../../../src/engine/domain/time.ts';
import { kindsOf } from '../../../support/healthy-books.ts';
import {
  answer,
  append,
  type Books,
  caughtUp,
  emptyBooks,
  idOf,
  mark,
  recordOf,
  sell,
  verifyBooks,
} from '../../../support/sale-books.ts';

/** One thing that happens to a healthy sale. */
const happening = fc.record({
  user: fc.integer({ min: 0, max: 30 }),
  quantity: fc.integer({ min: 1, max: 2 }),
  state: fc.constantFrom('confirmed', 'confirmed', 'accepted', 'cancelled', 'expired', 'refunded'),
  heard: fc.constantFrom('accepted', 'accepted', 'unknown', 'connection_error', 'timeout', null),
  retried: fc.boolean(),
  relayed: fc.boolean(),
  next: fc.constantFrom('nothing', 'nothing', 'epoch', 'late', 'refused', 'never'),
});

type Happening = typeof happening extends fc.Arbitrary<infer Value> ? Value : never;

/** Books that a healthy system could have left behind. */
const consistentBooks = fc.array(happening, { minLength: 1, maxLength: 40 }).map((happenings) => {
  const books = emptyBooks(1_000);
  books.limitPerUser = 1_000;
  let epoch = 1;
  for (const [n, one] of happenings.entries()) epoch = happen(books, n, one, epoch);
  caughtUp(books);
  return books;
});

function happen(books: Books, n: number, one: Happening, epoch: number): number {
  const [user, key] = [`user-${one.user}`, `key-${n}`];
  sell(books, user, key, one.quantity, { state: one.state, heard: one.heard });
  // sell() writes epoch 1: a record behind a newer marker carries the epoch of its hold
  for (const log of books.log) {
    for (const [at, entry] of log.entries()) {
      if (entry.kind === 'order' && entry.record.idempotencyKey === key) {
        log[at] = { ...entry, record: recordOf(user, key, one.quantity, epoch) };
      }
    }
  }
  if (one.retried && one.heard !== null) books.history.push(answer(user, key, 'duplicate', one.quantity));
  if (one.relayed) append(books, recordOf(user, key, one.quantity, epoch));
  if (one.next === 'epoch') mark(books, epoch + 1);
  if (one.next === 'late' && epoch > 1) append(books, recordOf(`late-${n}`, key, 1, epoch - 1));
  if (one.next === 'refused') books.history.push(answer(`poor-${n}`, key, 'sold_out'));
  if (one.next === 'never') books.history.push(answer(`gone-${n}`, key, 'timeout'));
  return one.next === 'epoch' ? epoch + 1 : epoch;
}

/** One number or row that a fault could spoil, and the invariant that has to say so. */
const corruptions: readonly { readonly breaks: InvariantName; readonly spoil: (books: Books, by: number) => void }[] = [
  { breaks: 'no-oversell', spoil: (books) => each(books.counters, (one) => Object.assign(one, { total: -1 })) },
  {
    breaks: 'no-oversell',
    spoil: (books, by) => each(books.counters, (one) => Object.assign(one, { sold: one.total + by })),
  },
  { breaks: 'no-oversell', spoil: (books, by) => each(books.gate, (one) => Object.assign(one, { free: -by })) },
  {
    breaks: 'conservation',
    spoil: (books, by) => each(books.counters, (one) => Object.assign(one, { held: one.held + by })),
  },
  {
    breaks: 'conservation',
    spoil: (books, by) => each(books.counters, (one) => Object.assign(one, { sold: one.sold + by })),
  },
  {
    breaks: 'conservation',
    spoil: (books, by) => each(books.gate, (one) => Object.assign(one, { free: one.free + by })),
  },
  {
    breaks: 'conservation',
    spoil: (books, by) => each(books.gate, (one) => Object.assign(one, { free: one.free - by })),
  },
  {
    breaks: 'conservation',
    spoil: (books, by) => each(books.gate, (one) => Object.assign(one, { total: one.total + by })),
  },
  { breaks: 'no-lost-order', spoil: (books) => void books.orders.pop() },
  { breaks: 'no-lost-order', spoil: (books, by) => void books.history.push(answer(`lost-${by}`, 'k', 'accepted')) },
  { breaks: 'no-lost-order', spoil: (books, by) => append(books, recordOf(`skipped-${by}`, 'k', 1, 99)) },
  {
    breaks: 'no-lost-order',
    spoil: (books) => {
      for (const log of books.log) {
        const last = log.at(-1);
        if (last) log[log.length - 1] = { ...last, offset: last.offset + 1n };
      }
      for (const [partition, log] of books.log.entries())
        books.committed[partition] = Number(log.at(-1)?.offset ?? -1n) + 1;
      books.log.forEach((log) => {
        // a partition with one record has no gap to show: a second one behind it makes it
        const last = log.at(-1);
        if (last && log.length === 1) log.unshift({ ...last, offset: last.offset - 2n });
      });
    },
  },
  { breaks: 'no-lost-order', spoil: (books, by) => books.recorded.fill(10_000 + by) },
  {
    breaks: 'no-lost-order',
    spoil: (books) => each(books.orders.slice(-1), (one) => Object.assign(one, { state: 'revoked' })),
  },
  {
    breaks: 'no-duplicate',
    spoil: (books, by) => {
      sell(books, `twin-${by}`, 'one');
      sell(books, `twin-${by}`, 'two');
      each(books.orders.slice(-1), (one) => Object.assign(one, { key: 'one' }));
    },
  },
  {
    breaks: 'no-duplicate',
    spoil: (books, by) => {
      sell(books, `twin-${by}`, 'one');
      books.history.push(answer(`twin-${by}`, 'one', 'duplicate', 1, idOf(`twin-${by}`, 'two')));
    },
  },
  {
    breaks: 'no-duplicate',
    spoil: (books, by) => {
      sell(books, `twin-${by}`, 'one');
      books.history.push(answer(`twin-${by}`, 'one', 'accepted'));
    },
  },
  { breaks: 'no-duplicate', spoil: (books) => void books.orders.push(...books.orders.slice(-1)) },
  {
    breaks: 'limits',
    spoil: (books, by) => {
      books.limitPerUser = 200;
      sell(books, `greedy-${by}`, 'k', 201);
    },
  },
  {
    breaks: 'liveness',
    spoil: (books, by) => {
      sell(books, `slow-${by}`, 'k', 1, { state: 'accepted' });
      each(books.orders.slice(-1), (one) => Object.assign(one, { expiresAt: toInstant(by) }));
    },
  },
  {
    breaks: 'liveness',
    spoil: (books, by) => void Object.assign(books, { outbox: by, oldestUnsettledMs: 20_000 + by }),
  },
];

function each<Value>(values: readonly Value[], change: (value: Value) => unknown): void {
  for (const value of values) change(value);
}

describe('verifySale', () => {
  it('finds nothing in books that a healthy system leaves behind', async () => {
    await fc.assert(
      fc.asyncProperty(consistentBooks, async (books) => {
        const report = await verifyBooks(books);

        expect(kindsOf(report)).toEqual([]);
        // a history without a request is inconclusive, and nothing else is
        expect(report.exitCode).toBe(books.history.length === 0 ? 23 : 0);
      }),
    );
  });

  it('accounts for every order of the ledger in exactly one class', async () => {
    await fc.assert(
      fc.asyncProperty(consistentBooks, async (books) => {
        const { classes } = await verifyBooks(books);

        expect(classes.ok + classes.recovered + classes.revoked + classes.unexpected).toBe(books.orders.length);
      }),
    );
  });

  it('names the right invariant after any single corruption', async () => {
    await fc.assert(
      fc.asyncProperty(
        consistentBooks,
        fc.constantFrom(...corruptions),
        fc.integer({ min: 1, max: 50 }),
        async (books, { breaks, spoil }, by) => {
          spoil(books, by);

          const report = await verifyBooks(books);

          const broken = report.invariants.filter((one) => one.findingsTotal > 0).map((one) => one.name);
          expect(report.exitCode).toBe(20);
          expect(broken).toContain(breaks);
          for (const one of report.invariants.flatMap((each) => each.findings)) {
            expect(Object.entries(findingKinds)).toContainEqual([one.kind, one.invariant]);
          }
        },
      ),
      { numRuns: 400 },
    );
  });
});
