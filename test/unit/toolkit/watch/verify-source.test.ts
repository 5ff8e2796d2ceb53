import { describe, expect, it } from 'vitest';
import { seenOf } from '../../../../src/toolkit/watch/verify-source.ts';

describe('what verify said', () => {
  it('is its verdict with each invariant and the first findings', () => {
    const finding = {
      invariant: 'no-oversell',
      text: 'oversold',
      look: 'fluxgate order show X',
      kind: 'k',
      ids: [],
      numbers: {},
    };
    const invariants = [
      { name: 'no-oversell', verdict: 'violated', findingsTotal: 30, findings: Array(25).fill(finding) },
      { name: 'limits', verdict: 'holds', findingsTotal: 0, findings: [] },
    ];
    const report = { verdict: 'violated', summary: 's', reasons: [], tookMs: 12, invariants };

    const seen = seenOf(JSON.stringify(report));

    expect(seen).toMatchObject({ verdict: 'violated', summary: 's', invariants: [{ findings: 30 }, { findings: 0 }] });
    expect(seen.findings).toHaveLength(20);
  });

  it.each([
    [
      'an error',
      '{"error":{"code":"inconclusive","message":"the ledger cannot be read"}}',
      'the ledger cannot be read',
    ],
    ['no word', '', 'verify ended without a word'],
    ['no JSON', 'Segmentation fault', 'Segmentation fault'],
  ])('is never a pass where it is %s', (_what, text, summary) => {
    expect(seenOf(text)).toMatchObject({ verdict: 'inconclusive', summary });
  });
});
