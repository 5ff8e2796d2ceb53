import { describe, expect, it } from 'vitest';
import { drawTimeline, leftRoomOf } from '../../../../src/toolkit/plot/draw-timeline.ts';
import type { Lane, Timeline } from '../../../../src/toolkit/plot/plot-shape.ts';
import { openElements } from '../../../support/svg-elements.ts';

function aTimeline(...lanes: readonly Lane[]): Timeline {
  return { id: 't', title: 'What happened', description: 'A kill.', seconds: [0, 40], lanes };
}

const kill = { fromSeconds: 7, toSeconds: 12, label: 'kill redis', tone: 'bad' } as const;

const barsOf = (svg: string): readonly number[] =>
  [...svg.matchAll(/<rect class="bar [a-z]+" x="[\d.]+" y="([\d.]+)"/g)].map(([, y]) => Number(y));

describe('a timeline', () => {
  it('has a lane with a bar for each span, which says from when to when', () => {
    const svg = drawTimeline(aTimeline({ name: 'faults', spans: [kill] }));

    expect(svg).toContain('>faults</text>');
    expect(svg).toContain('<title>kill redis: from 7 s to 12 s</title>');
    expect(svg).toContain('role="img"');
  });

  it('gives bars that overlap rows of their own, and bars that follow each other one row', () => {
    const together = drawTimeline(aTimeline({ name: 'faults', spans: [kill, { ...kill, fromSeconds: 9 }] }));
    const after = drawTimeline(
      aTimeline({ name: 'faults', spans: [kill, { ...kill, fromSeconds: 12, toSeconds: 18 }] }),
    );

    expect(new Set(barsOf(together)).size).toBe(2);
    expect(barsOf(after)).toHaveLength(2);
    expect(new Set(barsOf(after)).size).toBe(1);
  });

  it('keeps labels inside the picture, also at its end', () => {
    const late = { atSeconds: 39.9, label: 'verified by all four books', tone: 'good' } as const;
    const svg = drawTimeline(aTimeline({ name: 'end', spans: [], moments: [late] }));

    const [, x] = /<text class="name" x="([\d.]+)" y="[\d.]+">verified/.exec(svg) ?? [];
    expect(Number(x)).toBeLessThan(800);
  });

  it('cuts the name of a lane rather than leaving no room for time', () => {
    const name = 'a'.repeat(100);

    expect(leftRoomOf([{ name, spans: [] }])).toBe(240);
    expect(drawTimeline(aTimeline({ name, spans: [] }))).toMatch(/>a{10,39}…</);
  });

  it('keeps names and labels as text', () => {
    const svg = drawTimeline(aTimeline({ name: '<b>', spans: [{ ...kill, label: '"><script>' }] }));

    expect(svg).not.toMatch(/<b>|<script/);
    expect(openElements(svg)).toEqual([]);
  });
});
