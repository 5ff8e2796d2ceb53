import { describe, expect, it } from 'vitest';
import { FluxError } from '../../../../src/engine/domain/flux-error.ts';
import { parseProbe } from '../../../../src/toolkit/probe/probe.ts';
import {
  type ProbeFact,
  type ProbeSources,
  type ProbeStats,
  probeFacts,
} from '../../../../src/toolkit/probe/probe-facts.ts';
import { probeText, runProbe } from '../../../../src/toolkit/probe/run-probe.ts';

const healthy: ProbeStats = {
  controller: { holder: 'w1' },
  lag: [{ lag: '3' }, { lag: '4' }],
  sales: [
    {
      saleId: 'night',
      openness: 'open',
      epoch: 2,
      gate: { products: [{ productId: 'ticket', total: 10, free: 6 }], outbox: 1 },
      ledger: { products: [{ productId: 'ticket', total: 10, held: 1, sold: 3 }], holds: { overdue: 0 } },
      waiting: 0,
    },
  ],
};

function sources(stats: ProbeStats = healthy, more: Partial<ProbeSources> = {}): ProbeSources {
  return { stats: async () => stats, whyNotReady: async () => null, deadLetters: async () => 2, ...more };
}

async function ask(words: string, from = sources(), waitMs = 0) {
  let nowMs = 0;
  const sleep = async (ms: number) => {
    nowMs += ms;
  };
  return runProbe({
    probe: parseProbe(words.split(' ')),
    saleId: 'night',
    sources: from,
    waitMs,
    nowMs: () => nowMs,
    sleep,
  });
}

describe('a probe', () => {
  it.each([
    ['ready is yes', true],
    ['controller is yes', true],
    ['lag is 7', true],
    ['lag at-most 6', false],
    ['dead-letters below 3', true],
    ['sale is-not closed', true],
    ['epoch at-least 2', true],
    ['epoch above 2', false],
    ['gate is open', true],
    ['outbox is 0', false],
    ['waiting is 0', true],
    ['overdue-holds is 0', true],
    ['free ticket is 6', true],
    ['total ticket is 10', true],
    ['held ticket is 1', true],
    ['sold ticket at-least 4', false],
  ])('%s: %s', async (words, holds) => {
    expect((await ask(words)).holds).toBe(holds);
  });

  it('never holds where nobody can say', async () => {
    const [sale] = healthy.sales;
    const away = { ...healthy, lag: null, sales: sale ? [{ ...sale, gate: null, ledger: null, waiting: null }] : [] };

    for (const words of [
      'lag is-not 1',
      'outbox at-most 5',
      'free ticket is-not 1',
      'held ticket is 0',
      'overdue-holds is 0',
      'waiting is 0',
    ]) {
      const answer = await ask(words, sources(away));
      expect([words, answer.holds, answer.value]).toEqual([words, false, null]);
      expect(probeText(answer)).toContain('nobody can say');
    }
    expect((await ask('gate is rebuilding', sources(away))).holds).toBe(true);
    expect((await ask('lag is 0', sources({ ...healthy, lag: [] }))).holds).toBe(false);
    expect((await ask('free seat is 0')).why).toContain('no product seat');
  });

  it('shows what is, where nothing is wanted', async () => {
    expect(probeText(await ask('free ticket'))).toBe('free ticket is 6');
    expect(probeText(await ask('lag is 0'))).toBe('lag is 7; wanted: is 0');
  });

  it('looks again until it is so, also at a server that is away meanwhile', async () => {
    let looks = 0;
    const stats = async () => {
      looks += 1;
      if (looks === 1) throw new FluxError('server_unreachable', 'away');
      return looks < 4 ? healthy : { ...healthy, lag: [{ lag: '0' }] };
    };

    const answer = await ask('lag is 0', sources(healthy, { stats }), 5_000);

    expect(answer).toMatchObject({ holds: true, looks: 4 });
  });

  it('ends with the last look, and what that threw', async () => {
    const gone = sources(healthy, { stats: () => Promise.reject(new FluxError('server_unreachable', 'away')) });

    expect(await ask('lag is 0', sources(), 1_000)).toMatchObject({ holds: false, value: 7, looks: 5 });
    await expect(ask('lag is 0', gone, 1_000)).rejects.toThrow('away');
  });

  it.each([
    ['lga is 0', '"lga" is no fact; did you mean lag?'],
    ['lag is-nto 0', '"is-nto" is no comparison; did you mean is-not?'],
    ['lag is', 'a probe reads like this: lag is 0'],
    ['lag is 0 1', 'a probe reads like this'],
    ['free', 'free is of a product: free ticket above 0'],
    ['lag below many', 'below wants a whole number, not many'],
  ])('is refused: %s', (words, message) => {
    expect(() => parseProbe(words.split(' '))).toThrow(message);
  });

  it('has an example for each fact, which can be asked', () => {
    for (const [name, { example, ofProduct }] of Object.entries<ProbeFact>(probeFacts)) {
      expect(parseProbe(example.split(' '))).toMatchObject({ name, of: ofProduct ? 'ticket' : null });
    }
  });
});
