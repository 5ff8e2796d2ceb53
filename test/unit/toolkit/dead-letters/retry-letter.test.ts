import { beforeEach, expect, test } from 'vitest';
import { FluxError } from '../../../../src/engine/domain/flux-error.ts';
import type { OrderId, SaleId } from '../../../../src/engine/domain/ids.ts';
import type { DeadLetter, LedgerOrder, SaleView } from '../../../../src/engine/domain/ledger-facts.ts';
import type { OrderRecord } from '../../../../src/engine/domain/order.ts';
import { toInstant } from '../../../../src/engine/domain/time.ts';
import { letterDocument, lettersText, letterText } from '../../../../src/toolkit/dead-letters/letter-text.ts';
import { type RetryParts, retryLetter } from '../../../../src/toolkit/dead-letters/retry-letter.ts';

const orderId = '11111111-1111-8111-8111-111111111111' as OrderId;
const letter: DeadLetter = {
  id: 7,
  partition: 2,
  offset: 41n,
  orderId,
  saleId: 'default' as SaleId,
  reason: 'version 9 is not known',
  bytes: new TextEncoder().encode('a record'),
  storedAt: toInstant(0),
};

let appended: Uint8Array[];
let removed: number[];
let world: {
  letter: DeadLetter | null;
  order: LedgerOrder | null;
  epoch: number;
  readable: boolean;
  logAnswers: boolean;
};

beforeEach(() => {
  appended = [];
  removed = [];
  world = { letter, order: null, epoch: 3, readable: true, logAnswers: true };
});

/** The parts as far as the retry looks at them; the casts leave the rest out. */
function parts(): RetryParts {
  return {
    ledger: {
      deadLetter: async () => world.letter,
      order: async () => world.order,
      sale: async () => ({ epoch: { epoch: world.epoch } }) as SaleView,
      removeDeadLetter: async (id) => void removed.push(id),
    },
    orderLog: {
      append: async (records) => {
        if (!world.logAnswers) return { kind: 'unknown', cause: new Error('timeout') };
        appended.push(...records.map(({ bytes }) => bytes));
        return { kind: 'appended' };
      },
    },
    codec: {
      encode: () => new Uint8Array(),
      decode: () => {
        if (!world.readable) throw new FluxError('record_malformed', 'version 9 is not known');
        return { orderId, saleId: 'default', epoch: 3 } as OrderRecord;
      },
      orderIdIn: () => orderId,
    },
  };
}

test('puts a record that can be read by now back into the log, unchanged, and forgets the letter', async () => {
  expect(await retryLetter(parts(), 7, 1000)).toBe(orderId);
  expect(appended).toEqual([letter.bytes]);
  expect(removed).toEqual([7]);
});

test.each([
  ['there is no such letter', { letter: null }, 'not_found'],
  ['it cannot be read by this program either', { readable: false }, 'order_refused'],
  ['the ledger has its order already', { order: { state: 'revoked' } as LedgerOrder }, 'order_refused'],
  ['its epoch is over: the record would be late', { epoch: 4 }, 'order_refused'],
  ['the log does not answer', { logAnswers: false }, 'order_log_unreachable'],
] as const)('keeps the letter where %s', async (_what, change, code) => {
  Object.assign(world, change);

  await expect(retryLetter(parts(), 7, 1000)).rejects.toMatchObject({
    code,
    hint: expect.stringContaining('fluxgate '),
  });
  expect({ appended, removed }).toEqual({ appended: [], removed: [] });
});

test('a letter is shown with its place, its reason and the beginning of its bytes', () => {
  expect(lettersText([letter])).toContain('partition 2, offset 41');
  expect(lettersText([])).toBe('There are no dead letters.');
  expect(letterText(letter)).toContain('61 20 72 65 63 6f 72 64');
  expect(letterText(letter)).toContain('a record');
  expect(letterDocument(letter)).toMatchObject({ id: 7, offset: 41n, sizeBytes: 8 });
});
