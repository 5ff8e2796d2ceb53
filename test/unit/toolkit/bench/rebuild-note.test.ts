import { describe, expect, it } from 'vitest';
import { lastRebuild } from '../../../../src/toolkit/bench/rebuild-note.ts';

const steps = { fencedMs: 1, serversMs: 2, deadlineMs: 3, markersMs: 4, loadedMs: 5, readMs: 3, openedMs: 6 };
const line = (epoch: number) =>
  `${JSON.stringify({ level: 30, time: 1_000 + epoch, flow: 'rebuild-gate', epoch, ...steps, msg: 'sale bench open' })}\n`;

describe('the rebuild in a worker’s log', () => {
  it('is the last one, with its steps and what they took together', () => {
    expect(lastRebuild(`${line(2)}${line(3)}{"level":40,"flow":"hold","msg":"a flow failed and goes on"}\n`)).toEqual({
      epoch: 3,
      openedAtMs: 1_003,
      tookMs: 21,
      steps,
    });
  });

  it('is none where the log has none, or only one that was cut or abandoned', () => {
    expect(lastRebuild('')).toBeUndefined();
    expect(lastRebuild(line(2).slice(20))).toBeUndefined();
    expect(lastRebuild('{"flow":"rebuild-gate","time":1,"msg":"sale bench: attempt abandoned"}\n')).toBeUndefined();
  });
});
