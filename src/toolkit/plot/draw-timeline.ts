import {
  type Area,
  byTime,
  fontSize,
  labelGap,
  picture,
  plotWidth,
  rightPixels,
  rowsOf,
  timeAxis,
  timeAxisHeight,
  titleHeight,
} from './plot-frame.ts';
import { type Scale, timeScale } from './plot-scale.ts';
import type { Lane, Moment, Setting, Span, Timeline } from './plot-shape.ts';
import { element, type Svg, text, widthOf } from './svg.ts';
import { secondsText } from './unit-text.ts';

/** Of one row of bars. A lane has as many rows as it needs so that no bar or label lies on another. */
const rowHeight = 26;
const barHeight = 18;
const laneGap = 8;
/** Longer names of lanes are cut: the area is for time. */
const maxLeftPixels = 240;

/** Room for the names of the lanes. Plots with this `leftPixels` have their moments under those of the timeline. */
export function leftRoomOf(lanes: readonly Lane[]): number {
  const widest = lanes.reduce((most, { name }) => Math.max(most, widthOf(name, fontSize)), 0);
  return Math.min(maxLeftPixels, Math.max(72, Math.ceil(widest) + 16));
}

/** What happened when, a lane each, as SVG: a piece of a page that has `plotStyle`, or a file of its own. Pure. */
export function drawTimeline(timeline: Timeline, setting: Setting = {}): string {
  const left = leftRoomOf(timeline.lanes);
  const right = plotWidth - rightPixels;
  const x = timeScale(timeline.seconds, [left, right]);
  const lanes = timeline.lanes.map((lane) => ({ lane, marks: placed(lane, x, right) }));
  let top = titleHeight + 4;
  const parts: Svg[] = [];
  const start = top;
  for (const { lane, marks } of lanes) {
    const height = (1 + marks.reduce((most, { row }) => Math.max(most, row), 0)) * rowHeight;
    parts.push(
      element(
        'text',
        { class: 'name', x: left - 10, y: top + 17, 'text-anchor': 'end' },
        text(fitted(lane.name, left)),
      ),
      ...marks.flatMap((mark) => drawMark(mark, top + mark.row * rowHeight)),
      element('path', { class: 'grid', d: `M0,${top + height + laneGap / 2}H${right}` }),
    );
    top += height + laneGap;
  }
  const area: Area = { left, right, top: start, bottom: top };
  return picture({ ...timeline, ...setting, height: top + timeAxisHeight }, [...timeAxis(x, area), ...parts]);
}

interface Placed {
  readonly mark: Span | Moment;
  readonly x: number;
  /** 0 for a moment. */
  readonly width: number;
  readonly labelX: number;
  readonly row: number;
}

/** The label stands in the bar where it fits, else right of it, else left of it. */
function placed({ spans, moments = [] }: Lane, x: Scale, right: number): readonly Placed[] {
  const marks = byTime<Span | Moment>([...spans, ...moments]);
  const places = marks.map((mark) => {
    const from = x.at('atSeconds' in mark ? mark.atSeconds : mark.fromSeconds);
    const width = 'atSeconds' in mark ? 0 : Math.max(3, x.at(mark.toSeconds) - from);
    const labelWidth = widthOf(mark.label, fontSize);
    const isInside = labelWidth + 12 <= width;
    const outside = from + width + labelGap;
    const before = Math.max(0, from - labelWidth - labelGap);
    const labelX = isInside ? from + 6 : outside + labelWidth <= right ? outside : before;
    const to = isInside ? from + width : Math.max(from + Math.max(width, 6), labelX + labelWidth + labelGap);
    return { mark, x: from, width, labelX, from: Math.min(from, labelX), to };
  });
  const rows = rowsOf(places);
  return places.map(({ mark, x: at, width, labelX }, n) => ({ mark, x: at, width, labelX, row: rows[n] ?? 0 }));
}

function drawMark({ mark, x, width, labelX }: Placed, top: number): readonly Svg[] {
  const y = top + (rowHeight - barHeight) / 2;
  const title = element('title', {}, text(toldOf(mark)));
  const shape =
    'atSeconds' in mark
      ? element('path', { class: `moment ${mark.tone}`, d: diamond(x, y + barHeight / 2) }, title)
      : element('rect', { class: `bar ${mark.tone}`, x, y, width, height: barHeight, rx: 3 }, title);
  return [shape, element('text', { class: 'name', x: labelX, y: y + 13.5 }, text(mark.label))];
}

function toldOf(mark: Span | Moment): string {
  if ('atSeconds' in mark) return `${mark.label}: at ${secondsText(mark.atSeconds)}`;
  return `${mark.label}: from ${secondsText(mark.fromSeconds)} to ${secondsText(mark.toSeconds)}`;
}

function diamond(x: number, y: number): string {
  return `M${Math.round(x * 100) / 100},${y - 7}l6,7l-6,7l-6,-7z`;
}

function fitted(name: string, left: number): string {
  const letters = Math.floor((left - 16) / widthOf('x', fontSize));
  return name.length <= letters ? name : `${name.slice(0, letters - 1)}…`;
}
