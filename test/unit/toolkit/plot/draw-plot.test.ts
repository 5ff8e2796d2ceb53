import { describe, expect, it } from 'vitest';
import { drawPlot } from '../../../../src/toolkit/plot/draw-plot.ts';
import type { Plot, Series } from '../../../../src/toolkit/plot/plot-shape.ts';
import { openElements } from '../../../support/svg-elements.ts';

function aPlot(more: Partial<Plot> = {}): Plot {
  return {
    id: 'p',
    title: 'Latency',
    description: 'How long buyers waited.',
    unit: 'milliseconds',
    seconds: [0, 10],
    series: [aLine()],
    ...more,
  };
}

function aLine(more: Partial<Series> = {}): Series {
  return {
    kind: 'line',
    name: 'p99',
    points: [
      [0, 1],
      [5, 4],
      [10, 2],
    ],
    ...more,
  };
}

const pathsOf = (svg: string, className: string): readonly string[] =>
  [...svg.matchAll(new RegExp(`<path class="${className}[^"]*" d="([^"]*)"`, 'g'))].map(([, d]) => d ?? '');

describe('a plot', () => {
  it('tells title and description to those who do not see it', () => {
    const svg = drawPlot(aPlot());

    expect(svg).toContain('role="img" aria-labelledby="p-title p-description"');
    expect(svg).toContain('<title id="p-title">Latency</title>');
    expect(svg).toContain('<desc id="p-description">How long buyers waited.</desc>');
  });

  it('names each series in the legend and each value with its unit where one points', () => {
    const svg = drawPlot(aPlot({ series: [aLine(), aLine({ name: 'max' })] }));

    expect(svg).toContain('>max</text>');
    expect(svg).toContain('<title>5 s\np99: 4 ms\nmax: 4 ms</title>');
  });

  it('has a gap where nothing was measured, and shows a measurement that stands alone', () => {
    const points = [
      [0, 1],
      [1, 1],
      [2, null],
      [3, 5],
      [4, null],
    ] as const;
    const svg = drawPlot(aPlot({ series: [aLine({ points })] }));

    expect(pathsOf(svg, 'line s1')[1]?.match(/M/g)).toHaveLength(2);
    expect(svg.match(/<circle/g)).toHaveLength(1);
  });

  it('stacks areas: the axis reaches over their sum', () => {
    const stacked = (name: string, value: number): Series => ({
      kind: 'stack',
      name,
      points: [
        [0, value],
        [10, value],
      ],
    });
    const svg = drawPlot(aPlot({ unit: 'perSecond', series: [stacked('accepted', 300), stacked('refused', 500)] }));

    expect(pathsOf(svg, 'area')).toHaveLength(2);
    expect(svg).toContain('>800/s</text>');
  });

  it('marks spans, moments and levels with their labels', () => {
    const svg = drawPlot(
      aPlot({
        spans: [{ fromSeconds: 2, toSeconds: 4, label: 'redis killed', tone: 'bad' }],
        moments: [{ atSeconds: 6, label: 'sold out', tone: 'neutral' }],
        levels: [{ value: 3, label: 'limit 3 ms' }],
      }),
    );

    expect(svg).toMatch(/<rect class="band bad"/);
    expect(svg).toMatch(/<path class="edge neutral"/);
    expect(pathsOf(svg, 'level')).toHaveLength(1);
    for (const label of ['redis killed', 'sold out', 'limit 3 ms']) expect(svg).toContain(`>${label}</text>`);
  });

  it('keeps everything that comes in as text, also what XML cannot hold', () => {
    const evil = '</text><script>alert("\u0001")</script>';
    const svg = drawPlot(
      aPlot({
        title: evil,
        description: evil,
        series: [aLine({ name: evil })],
        spans: [{ fromSeconds: 0, toSeconds: 1, label: evil, tone: 'bad' }],
        levels: [{ value: 1, label: evil }],
      }),
    );

    expect(svg).not.toContain('<script');
    expect(svg).not.toContain('\u0001');
    expect(openElements(svg)).toEqual([]);
  });

  it('is well formed without any series and without any time', () => {
    expect(openElements(drawPlot(aPlot({ series: [], seconds: [0, 0] })))).toEqual([]);
    expect(openElements(drawPlot(aPlot({ series: [aLine({ points: [] })], scale: 'log' })))).toEqual([]);
  });

  it('has style and ground of its own where it stands alone', () => {
    expect(drawPlot(aPlot(), { standalone: true })).toMatch(/^<svg xmlns="http:\/\/www.w3.org\/2000\/svg".*<style>/);
    expect(drawPlot(aPlot())).not.toContain('<style>');
  });
});
