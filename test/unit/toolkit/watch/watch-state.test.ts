import { describe, expect, it } from 'vitest';
import type { Sighting } from '../../../../src/toolkit/watch/sighting.ts';
import { watchLimits } from '../../../../src/toolkit/watch/watch-limits.ts';
import { aGoodMinute, reading, seen, startMs } from '../../../builders/watch-sightings.ts';

describe('what has been seen', () => {
  it('gives rates from what came between two readings', () => {
    const state = seen([
      reading(0, { accepted: 10, refused: 5 }),
      reading(2, { accepted: 30, refused: 5, unclear: 4 }),
    ]);

    expect(state.samples.at(-1)?.perSecond).toEqual({ accepted: 10, refused: 0, waiting: 0, unclear: 2 });
  });

  it('counts on over a restart of the server', () => {
    const state = seen([reading(0, { accepted: 100 }), reading(5, { accepted: 7, serverId: 'server-2' })]);

    expect(state.answers.accepted).toBe(107);
    expect(state.samples.at(-1)?.perSecond?.accepted).toBeCloseTo(1.4);
  });

  it('leaves a gap in the curves while the server is silent, and remembers since when', () => {
    const silence = (second: number): Sighting => ({
      kind: 'silence',
      atMs: startMs + second * 1_000,
      server: 'u',
      why: 'connection refused',
    });
    const state = seen([reading(0), silence(1), silence(2)]);

    expect(state.samples.map(({ perSecond }) => perSecond)).toEqual([null, null, null]);
    expect(state.silence).toEqual({ sinceMs: startMs + 1_000, why: 'connection refused' });
    expect(seen([reading(0), silence(1), reading(3)]).silence).toBeNull();
  });

  it('names the worker that answered', () => {
    expect(seen([reading(0, { worker: 2 })]).server?.name).toBe('http://127.0.0.1:3000 worker 2');
  });

  it('keeps the span of each fault', () => {
    const fault = (second: number, id: string, phase: 'on' | 'off' | 'failed'): Sighting => ({
      kind: 'fault',
      atMs: startMs + second * 1_000,
      fault: { id, title: id, phase },
    });
    const state = seen([fault(1, 'a', 'on'), fault(2, 'b', 'on'), fault(4, 'a', 'off'), fault(5, 'b', 'failed')]);

    expect(state.faults).toMatchObject([
      { id: 'a', toMs: startMs + 4_000, failed: false },
      { id: 'b', toMs: startMs + 5_000, failed: true },
    ]);
  });

  it('is bounded', () => {
    const lines = Array.from({ length: 5_000 }, (_, n) => `line ${n}`);
    const state = seen([
      ...Array.from({ length: 600 }, (_, second) => reading(second)),
      { kind: 'log', atMs: startMs, source: 'kafka', lines },
    ]);

    expect(state.samples).toHaveLength(watchLimits.samples);
    expect(state.log).toHaveLength(watchLimits.logLines);
    expect(state.log.at(-1)?.line).toBe('line 4999');
  });

  it('is the same whichever way the sightings came in parts', () => {
    const all = aGoodMinute();

    expect(seen(all)).toEqual(seen([...all.slice(0, 20), ...all.slice(20)]));
  });
});
