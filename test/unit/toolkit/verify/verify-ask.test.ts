import { describe, expect, it } from 'vitest';
import { readVerifyAsk } from '../../../../src/toolkit/verify/verify-ask.ts';

type Flags = Parameters<typeof readVerifyAsk>[0];

const defaults = { wait: '30s', every: '10s', 'max-revoked': 0, watch: false, 'json-stream': false };

function ask(flags: Partial<Flags>, waitByDefault = true) {
  return readVerifyAsk({ ...defaults, ...flags } as Flags, { waitByDefault });
}

describe('what verify is asked', () => {
  it('is one verification where nothing else is said', () => {
    expect(ask({})).toMatchObject({ kind: 'verify', waitMs: 30_000, since: null, history: [] });
  });

  it('waits shortly in a watch, unless somebody said how long', () => {
    expect(ask({ watch: true })).toMatchObject({ kind: 'watch', waitMs: 2_000, everyMs: 10_000, asJson: false });
    expect(ask({ watch: true, wait: '5s', 'json-stream': true }, false)).toMatchObject({ waitMs: 5_000, asJson: true });
  });

  it('looks back from each round of a watch anew', () => {
    const asked = ask({ watch: true, since: '10m' });

    expect(asked.kind === 'watch' && Date.now() - (asked.sinceNow() ?? 0)).toBeGreaterThanOrEqual(600_000);
  });

  it.each([
    [{ watch: true, every: '10ms' }, /--every 10ms is too often/],
    [{ watch: true, every: 'often' }, /--every often is not a time/],
    [{ watch: true, since: 'then' }, /--since then is neither/],
    [{ wait: 'long' }, /--wait long is not a time/],
    [{ 'export-history': 'run.csv' }, /has to end in \.edn or \.json/],
  ])('is refused at once where %j', (flags, message) => {
    expect(() => ask(flags)).toThrow(message);
  });
});
