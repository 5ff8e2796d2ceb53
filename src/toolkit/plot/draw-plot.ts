import { drawLegend } from './draw-legend.ts';
import { drawMarks, marksHeight } from './draw-marks.ts';
import { drawSeries, stackTops } from './draw-series.ts';
import { type Area, picture, plotWidth, rightPixels, timeAxis, timeAxisHeight, titleHeight } from './plot-frame.ts';
import { linearScale, logScale, type Scale, timeScale } from './plot-scale.ts';
import type { Plot, Setting } from './plot-shape.ts';
import { element, type Svg, text } from './svg.ts';
import { secondsText, unitText } from './unit-text.ts';

const defaultHeightPixels = 200;
const defaultLeftPixels = 72;
/** Moments that can be pointed at: more would be thinner than a pointer is exact. */
const maxHovers = 400;

/** Series over time as SVG: a piece of a page that has `plotStyle`, or a file of its own. Pure. */
export function drawPlot(plot: Plot, setting: Setting = {}): string {
  const { heightPixels = defaultHeightPixels, leftPixels = defaultLeftPixels, levels = [] } = plot;
  const right = plotWidth - rightPixels;
  const legend = drawLegend(plot.series, { left: leftPixels, right, top: titleHeight });
  const top = titleHeight + legend.height + marksHeight(plot, leftPixels) + 8;
  const area: Area = { left: leftPixels, right, top, bottom: top + heightPixels };
  const x = timeScale(plot.seconds, [area.left, area.right]);
  const y = valueScale(plot, area);
  const parts = [
    ...legend.parts,
    ...drawMarks(plot, x, area),
    ...valueAxis(y, area),
    ...timeAxis(x, area),
    ...drawSeries(plot.series, x, y),
    ...levels.flatMap(({ value, label }) => levelLine(y.at(value), label, area)),
    ...hovers(plot, x, area),
  ];
  return picture({ ...plot, ...setting, height: area.bottom + timeAxisHeight }, parts);
}

function valueScale({ series, scale, unit, levels = [] }: Plot, { top, bottom }: Area): Scale {
  const lines = series.filter(({ kind }) => kind === 'line');
  const values = [
    ...lines.flatMap(({ points }) => points.flatMap(([, value]) => (value === null ? [] : [value]))),
    ...stackTops(series),
    ...levels.map(({ value }) => value),
  ];
  return scale === 'log' ? logScale(unit, values, [bottom, top]) : linearScale(unit, values, [bottom, top]);
}

function valueAxis(scale: Scale, { left, right }: Area): readonly Svg[] {
  return scale.ticks.flatMap(({ value, text: name }) => {
    const y = scale.at(value);
    return [
      element('path', { class: 'grid', d: `M${left},${Math.round(y * 100) / 100}H${right}` }),
      element('text', { x: left - 8, y: y + 4.5, 'text-anchor': 'end' }, text(name)),
    ];
  });
}

function levelLine(y: number, label: string, { left, right }: Area): readonly Svg[] {
  return [
    element('path', { class: 'level', d: `M${left},${Math.round(y * 100) / 100}H${right}` }),
    element('text', { class: 'halo', x: right, y: y - 6, 'text-anchor': 'end' }, text(label)),
  ];
}

/** A column for every moment that was measured; a browser shows its `title`, the values of all series then, without a script. */
function hovers({ series, unit, notes = [] }: Plot, x: Scale, { left, right, top, bottom }: Area): readonly Svg[] {
  const told = new Map<number, string[]>();
  for (const { name, points } of series) {
    for (const [at, value] of points) {
      if (value === null) continue;
      const lines = told.get(at) ?? [];
      lines.push(`${name}: ${unitText(unit, value)}`);
      told.set(at, lines);
    }
  }
  for (const [at, note] of notes) told.get(at)?.push(note);
  if (told.size > maxHovers) return [];
  const moments = [...told.keys()].sort((a, b) => a - b);
  return moments.map((at, n) => {
    const before = moments[n - 1];
    const after = moments[n + 1];
    const from = before === undefined ? left : x.at((before + at) / 2);
    const to = after === undefined ? right : x.at((at + after) / 2);
    const title = element('title', {}, text([secondsText(at), ...(told.get(at) ?? [])].join('\n')));
    return element('rect', { class: 'hover', x: from, y: top, width: to - from, height: bottom - top }, title);
  });
}
