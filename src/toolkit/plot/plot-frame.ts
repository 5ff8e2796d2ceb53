import type { Scale } from './plot-scale.ts';
import type { Moment, Setting, Span } from './plot-shape.ts';
import { plotStyle } from './plot-style.ts';
import { element, type Svg, text, widthOf } from './svg.ts';

/** Wide as the text of a report; the page scales it. */
export const plotWidth = 960;
export const rightPixels = 24;
export const fontSize = 13;
/** Of one line of text with the air around it. */
export const lineHeight = 20;
export const titleHeight = 28;
export const timeAxisHeight = 28;

/** The area that values are drawn in, in pixels of the picture. */
export interface Area {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

interface Picture extends Setting {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly height: number;
}

/** The outermost element. A reader of screens hears title and description, and nothing of the lines. */
export function picture({ id, title, description, height, standalone }: Picture, parts: readonly Svg[]): string {
  const ground = element('rect', { class: 'ground', width: plotWidth, height });
  return element(
    'svg',
    {
      xmlns: standalone ? 'http://www.w3.org/2000/svg' : undefined,
      class: 'plot',
      viewBox: `0 0 ${plotWidth} ${Math.ceil(height)}`,
      width: standalone ? plotWidth : undefined,
      height: standalone ? Math.ceil(height) : undefined,
      role: 'img',
      'aria-labelledby': `${id}-title ${id}-description`,
    },
    element('title', { id: `${id}-title` }, text(title)),
    element('desc', { id: `${id}-description` }, text(description)),
    ...(standalone ? [element('style', {}, text(plotStyle)), ground] : []),
    element('text', { class: 'title', x: 0, y: 16, 'aria-hidden': 'true' }, text(title)),
    ...parts,
  ).svg;
}

export function timeAxis(scale: Scale, { left, right, top, bottom }: Area): readonly Svg[] {
  return [
    ...scale.ticks.map(({ value }) => verticalLine('grid', scale.at(value), top, bottom)),
    element('path', { class: 'axis', d: `M${left},${bottom}H${right}` }),
    ...scale.ticks.map(({ value, text: name }) =>
      element('text', { x: scale.at(value), y: bottom + 19, 'text-anchor': 'middle' }, text(name)),
    ),
  ];
}

export function verticalLine(className: string, x: number, top: number, bottom: number): Svg {
  const at = Math.round(x * 100) / 100;
  return element('path', { class: className, d: `M${at},${top}V${bottom}` });
}

/** The row of each so that none lies on another: the first one that is free, in the order given. */
export function rowsOf(extents: readonly { readonly from: number; readonly to: number }[]): readonly number[] {
  const ends: number[] = [];
  return extents.map(({ from, to }) => {
    // what ends where the next begins lies side by side, whatever the last digit says
    const free = ends.findIndex((end) => end <= from + 0.5);
    const row = free === -1 ? ends.length : free;
    ends[row] = to;
    return row;
  });
}

/** Between a label and whatever is next to it. */
export const labelGap = 8;

/** A label at `x` that does not leave the picture. */
export function labelPlace(x: number, label: string): { readonly from: number; readonly to: number } {
  const width = widthOf(label, fontSize);
  const from = Math.max(0, Math.min(x, plotWidth - width));
  return { from, to: from + width + labelGap };
}

/** Spans and moments by time, as both draw their labels in the same lines. */
export function byTime<Marked extends Span | Moment>(marked: readonly Marked[]): readonly Marked[] {
  return [...marked].sort((a, b) => startOf(a) - startOf(b));
}

export function startOf(marked: Span | Moment): number {
  return 'atSeconds' in marked ? marked.atSeconds : marked.fromSeconds;
}
