// @module-tag redis
// @module-tag kafka
import { readdir } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { openBenchStack } from '../../../../src/compose-bench-order.ts';
import { benchOrder } from '../../../../src/toolkit/bench/bench-order.ts';
import { benchOrderText } from '../../../../src/toolkit/bench/bench-order-text.ts';
import { processTree } from '../../../../src/toolkit/bench/process-cpu.ts';
import { ownTmpdir } from '../../../support/own-tmpdir.ts';

const temporary = ownTmpdir();

// needs the built program (npm run build), as npm test makes it
describe('the bench of the whole path', () => {
  it('measures server, worker and backlog on a stack of its own, and leaves nothing behind', {
    tags: ['long'],
  }, async () => {
    const before = (await processTree(process.pid)).length;

    const result = await benchOrder({
      connections: 8,
      seconds: 0.3,
      backlogOrders: 20_000,
      open: () => openBenchStack(process.env.FLUXGATE_CACHE_DIR),
    });

    const { http, cpuMicros, backlogPerSecond } = result.figures;
    for (const figure of [http.barePerSecond, http.refusedPerSecond, http.acceptedPerSecond, backlogPerSecond])
      expect(figure).toBeGreaterThan(0);
    expect(Object.keys(cpuMicros).sort()).toEqual(['kafka', 'postgres', 'redis', 'server', 'worker']);
    expect(result.floors).toContainEqual(expect.objectContaining({ name: 'accepted / bare', limit: 0.33 }));
    expect(benchOrderText({ ...result, doubts: ['a doubt'] })).toMatch(
      /into the ledger[\s\S]*Inconclusive:\n {2}a doubt$/,
    );
    expect((await processTree(process.pid)).length).toBe(before);
    expect((await readdir(temporary())).filter((name) => name.startsWith('fluxgate-'))).toEqual([]);
  });
});
