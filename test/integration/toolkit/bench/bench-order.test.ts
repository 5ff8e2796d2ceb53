import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openBenchStack } from '../../../../src/compose-bench-order.ts';
import { benchOrder } from '../../../../src/toolkit/bench/bench-order.ts';
import { benchOrderText } from '../../../../src/toolkit/bench/bench-order-text.ts';
import { processTree } from '../../../../src/toolkit/bench/process-cpu.ts';

let temporary: string;
beforeEach(async () => {
  temporary = await mkdtemp(join(tmpdir(), 'fluxgate-test-bench-'));
  // os.tmpdir() follows this: the bench makes its folder where nobody else does
  vi.stubEnv('TMPDIR', temporary);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(temporary, { recursive: true, force: true });
});

// needs the built program (npm run build), as npm test makes it
describe('the bench of the whole path', () => {
  it('measures server, worker and backlog on a stack of its own, and leaves nothing behind', async () => {
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
    expect((await readdir(temporary)).filter((name) => name.startsWith('fluxgate-'))).toEqual([]);
  });
});
