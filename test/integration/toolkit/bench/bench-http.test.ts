import { readdir } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { benchHttp } from '../../../../src/toolkit/bench/bench-http.ts';
import { processTree } from '../../../../src/toolkit/bench/process-cpu.ts';
import { ownTmpdir } from '../../../support/own-tmpdir.ts';

const temporary = ownTmpdir();

async function benchFolders(): Promise<string[]> {
  return (await readdir(temporary())).filter((name) => name.startsWith('fluxgate-'));
}

/** Runs a step and names the child processes and folders that it left behind. */
async function leftBehind(step: () => Promise<unknown>): Promise<{ processes: number; folders: string[] }> {
  const before = (await processTree(process.pid)).length;
  await step();
  return { processes: (await processTree(process.pid)).length - before, folders: await benchFolders() };
}

// needs the built program (npm run build), as npm test makes it
describe('the bench of the HTTP server', () => {
  it('measures all three in one run, finds every accepted order recorded, and leaves nothing behind', {
    tags: ['long'],
  }, async () => {
    let figures: Awaited<ReturnType<typeof benchHttp>>['figures'] | undefined;
    const steps: string[] = [];

    const left = await leftBehind(async () => {
      const result = await benchHttp({
        connections: 8,
        seconds: 0.3,
        onProgress: (what, done, of) => steps.push(`${done}/${of} ${what}`),
      });
      figures = result.figures;
    });

    expect(left).toEqual({ processes: 0, folders: [] });
    expect(steps.slice(3, 6)).toEqual(['0/9 bare', '1/9 refused', '2/9 accepted']);
    for (const perSecond of [figures?.barePerSecond, figures?.refusedPerSecond, figures?.acceptedPerSecond])
      expect(perSecond).toBeGreaterThan(0);
  });

  it('ends its servers and removes its folder when it is interrupted', async () => {
    const stop = new AbortController();

    const left = await leftBehind(async () => {
      const running = benchHttp({ connections: 2, seconds: 600, signal: stop.signal, onProgress: () => stop.abort() });
      await expect(running).rejects.toMatchObject({ code: 'interrupted' });
    });

    expect(left).toEqual({ processes: 0, folders: [] });
  });
});
