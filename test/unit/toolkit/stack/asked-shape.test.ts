import { describe, expect, it } from 'vitest';
import { shapeAfter } from '../../../../src/toolkit/stack/asked-shape.ts';
import { type StackShape, type StackVariant, servicesOf } from '../../../../src/toolkit/stack/stack-shape.ts';

function aShape(variants: readonly StackVariant[], proxied = false): StackShape {
  return { provider: 'native', variants, proxied };
}

describe('the services of a stack', () => {
  it('are one of each, and more of those that were asked for', () => {
    expect(servicesOf(aShape([]))).toEqual(['redis', 'kafka', 'postgres']);
    expect(servicesOf(aShape(['redis-sentinel', 'kafka-3']))).toEqual([
      'redis',
      'redis-2',
      'redis-3',
      'sentinel-1',
      'sentinel-2',
      'sentinel-3',
      'kafka',
      'kafka-2',
      'kafka-3',
      'postgres',
    ]);
    expect(servicesOf(aShape(['redis-cluster'], true))).toEqual([
      'redis',
      'redis-2',
      'redis-3',
      'redis-4',
      'redis-5',
      'redis-6',
      'kafka',
      'postgres',
      'proxy',
    ]);
  });
});

describe('the shape that a stack has after up', () => {
  const shaped = (former: StackShape | null, variants: readonly StackVariant[], proxied = false) =>
    shapeAfter(former, { variants, proxied }, '/tmp/stack');

  it('is what was asked for where there was none', () => {
    expect(shaped(null, ['redis-cluster', 'kafka-3', 'kafka-3'])).toEqual(aShape(['kafka-3', 'redis-cluster']));
  });

  it('stays what it is for whoever asks for nothing, or for a part of it', () => {
    const former = aShape(['redis-sentinel', 'kafka-3'], true);

    expect(shaped(former, [])).toBe(former);
    expect(shaped(former, ['kafka-3'], false)).toBe(former);
  });

  it.each([
    ['another variant', aShape([]), ['kafka-3'], false, '--with kafka-3'],
    ['a proxy', aShape(['kafka-3']), ['kafka-3'], true, '--with kafka-3 --proxied'],
  ] as const)('cannot become one with %s: what to type is said', (_what, former, variants, proxied, flags) => {
    expect(() => shaped(former, variants, proxied)).toThrow(
      expect.objectContaining({
        code: 'stack_differs',
        hint: expect.stringContaining(
          `fluxgate stack down --dir /tmp/stack && fluxgate stack up --dir /tmp/stack ${flags}`,
        ),
      }),
    );
  });

  it.each([
    ['Sentinels and a Cluster', ['redis-sentinel', 'redis-cluster'], false],
    ['Sentinels behind a proxy', ['redis-sentinel'], true],
    ['a Cluster behind a proxy', ['redis-cluster'], true],
  ] as const)('cannot have %s', (_what, variants, proxied) => {
    expect(() => shaped(null, variants, proxied)).toThrow(expect.objectContaining({ code: 'usage' }));
  });
});
