import {
  type Area,
  byTime,
  labelPlace,
  lineHeight,
  plotWidth,
  rightPixels,
  rowsOf,
  startOf,
  verticalLine,
} from './plot-frame.ts';
import { type Scale, timeScale } from './plot-scale.ts';
import type { Moment, Plot, Span } from './plot-shape.ts';
import { element, type Svg, text } from './svg.ts';

interface Label {
  readonly mark: Span | Moment;
  readonly from: number;
  readonly line: number;
}

/** Room for the labels of spans and moments above the area. */
export function marksHeight(plot: Plot, leftPixels: number): number {
  const labels = labelsOf(plot, timeScale(plot.seconds, [leftPixels, plotWidth - rightPixels]));
  return labels.reduce((most, { line }) => Math.max(most, line + 1), 0) * lineHeight;
}

/** Bands behind the series from a span's start to its end, a line at a moment; each has its label above. */
export function drawMarks(plot: Plot, x: Scale, area: Area): readonly Svg[] {
  const { spans = [] } = plot;
  const bands = spans.map(({ fromSeconds, toSeconds, tone }) => {
    const from = x.at(fromSeconds);
    const width = Math.max(1, x.at(toSeconds) - from);
    return element('rect', { class: `band ${tone}`, x: from, y: area.top, width, height: area.bottom - area.top });
  });
  const labels = labelsOf(plot, x);
  const edges = labels.map(({ mark, line }) =>
    verticalLine(`edge ${mark.tone}`, x.at(startOf(mark)), area.top - 6 - line * lineHeight, area.bottom),
  );
  const names = labels.map(({ mark, from, line }) =>
    element('text', { class: 'halo', x: from, y: area.top - 10 - line * lineHeight }, text(mark.label)),
  );
  return [...bands, ...edges, ...names];
}

function labelsOf({ spans = [], moments = [] }: Plot, x: Scale): readonly Label[] {
  const marks = byTime<Span | Moment>([...spans, ...moments]);
  const places = marks.map((mark) => labelPlace(x.at(startOf(mark)), mark.label));
  const lines = rowsOf(places);
  return marks.map((mark, n) => ({ mark, from: places[n]?.from ?? 0, line: lines[n] ?? 0 }));
}
