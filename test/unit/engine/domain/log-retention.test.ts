import { describe, expect, it } from 'vitest';
import { hoursToKeep, longestForgotten, whyLogForgets } from '../../../../src/engine/domain/log-retention.ts';
import { toInstant } from '../../../../src/engine/domain/time.ts';
import { aSale } from '../../../builders/a-sale.ts';
import { saleId } from '../../../builders/ids.ts';

const now = toInstant(Date.parse('2026-11-27T08:00:00Z'));
const inHours = (hours: number) => toInstant(now + hours * 3_600_000);
const kept = { hours: 168, setting: 'kafka.retentionHours' };

/** A sale that is open from `opens` to `closes`, in hours from now. */
const from = (opens: number, closes: number) =>
  aSale().with({ state: 'scheduled', opensAt: inHours(opens), closesAt: inHours(closes) });

describe('how long the order log has to keep a sale', () => {
  it.each([
    ['from its opening to a day after its close', from(10, 34), 48],
    ['begun hours as a whole', from(10, 10.1), 25],
    ['from its opening, though that is past', from(-100, 20), 144],
    ['from now where it is opened by hand', aSale().with({ closesAt: inHours(20) }), 44],
    [
      'through the last hold where somebody has to confirm',
      from(10, 34).with({ confirmation: 'explicit', holdSeconds: 7_200 }),
      50,
    ],
    ['not at all where it is closed', from(-10, 10).with({ state: 'closed' }), null],
    ['not at all where its time is over', from(-10, -1), null],
    ['nobody knows how long where it has no end', aSale().with({ opensAt: inHours(-10) }), null],
  ])('is %s', (_, sale, hours) => {
    expect(hoursToKeep(sale.config, now)).toBe(hours);
  });

  it('is enough to the hour, and beyond it the refusal names the setting and what would do', () => {
    expect(whyLogForgets(from(0, 144).config, kept, now)).toBeNull();
    expect(whyLogForgets(from(0, 145).config, kept, now)).toContain('Set kafka.retentionHours to at least 169');
  });

  it('is decided by the longest of all sales', () => {
    const sales = [from(0, 200), from(0, 300).with({ saleId: saleId('longest') }), from(0, 250)];

    const found = longestForgotten(sales, kept, now);

    expect(found).toEqual({ saleId: 'longest', hours: 324 });
    expect(longestForgotten(sales, { ...kept, hours: 324 }, now)).toBeNull();
    expect(longestForgotten([], kept, now)).toBeNull();
  });
});
