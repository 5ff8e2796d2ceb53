import { readdir } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { openBenchedLedger } from '../../../../src/compose-bench-ledger.ts';
import { type BenchedLedger, benchLedger } from '../../../../src/toolkit/bench/bench-ledger.ts';
import { benchLedgerText } from '../../../../src/toolkit/bench/bench-ledger-text.ts';
import { ownTmpdir } from '../../../support/own-tmpdir.ts';

const temporary = ownTmpdir();

describe('the bench of the ledger', () => {
  it('measures the recording of batches and the bare inserts, and leaves nothing behind', async () => {
    const result = await benchLedger({ seconds: 0.01, open: openBenchedLedger });

    expect(result.cases.map(({ ordersATransaction }) => ordersATransaction)).toEqual([100, 500, 2_000]);
    for (const { rounds, figures } of result.cases) {
      expect(rounds).toHaveLength(3);
      for (const figure of Object.values(figures)) expect(figure).toBeGreaterThan(0);
    }
    expect(result.floors).toMatchObject([{ kind: 'at_least', limit: 0.5, actual: result.figures.recordedToBare }]);
    expect(benchLedgerText({ ...result, doubts: ['a doubt'] })).toMatch(
      /500 a batch[\s\S]*Inconclusive:\n {2}a doubt$/,
    );
    expect(await readdir(temporary())).toEqual([]);
  });

  it('finds a side that did not write what it was asked for', async () => {
    let closed = false;
    const forgetful: BenchedLedger = {
      raw: {
        prepare: () => async () => {},
        count: async () => ({ orders: 7, lines: 7 }),
        empty: async () => {},
        close: async () => {},
      },
      pid: process.pid,
      orders: () => [],
      record: async () => 0,
      close: async () => {
        closed = true;
      },
    };

    const running = benchLedger({ seconds: 0.01, open: async () => forgetful });

    await expect(running).rejects.toMatchObject({ code: 'invariant_violated', message: /the ledger has 7/ });
    expect(closed).toBe(true);
  });

  it('removes its PostgreSQL when it is interrupted', async () => {
    const stop = new AbortController();

    const running = benchLedger({
      seconds: 0.01,
      open: openBenchedLedger,
      signal: stop.signal,
      onProgress: () => stop.abort(),
    });

    await expect(running).rejects.toMatchObject({ code: 'interrupted' });
    expect(await readdir(temporary())).toEqual([]);
  });
});
