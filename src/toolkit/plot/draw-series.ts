import { area, line, stack } from 'd3-shape';
import type { Scale } from './plot-scale.ts';
import type { Colour, Point, Series } from './plot-shape.ts';
import { element, type Svg } from './svg.ts';

const palette: readonly Colour[] = [1, 2, 3, 4, 5, 6, 7, 8];

/** The series' own, or the next one of the palette. */
export function colourOf(series: Series, n: number): Colour {
  return series.colour ?? palette[n % palette.length] ?? 1;
}

/** Stacked areas first, the first one lowest; lines over them, so that none is hidden. */
export function drawSeries(series: readonly Series[], x: Scale, y: Scale): readonly Svg[] {
  return [...stackAreas(series, x, y), ...lines(series, x, y)];
}

function lines(series: readonly Series[], x: Scale, y: Scale): readonly Svg[] {
  const path = line<Point>()
    .defined(([, value]) => value !== null)
    .x(([at]) => x.at(at))
    .y(([, value]) => y.at(value ?? 0))
    .digits(2);
  return series.flatMap((one, n) => {
    if (one.kind !== 'line') return [];
    const className = `line s${colourOf(one, n)}${one.dashed ? ' dashed' : ''}`;
    const dots = lonely(one.points).map(([at, value]) =>
      element('circle', { class: `dot s${colourOf(one, n)}`, cx: x.at(at), cy: y.at(value ?? 0), r: 2.5 }),
    );
    return [element('path', { class: className, d: path(one.points) ?? '' }), ...dots];
  });
}

/** Measured, and nothing before and after it: a line of no length would show nothing. */
function lonely(points: readonly Point[]): readonly Point[] {
  const isThere = (n: number): boolean => (points[n]?.[1] ?? null) !== null;
  return points.filter((_, n) => isThere(n) && !isThere(n - 1) && !isThere(n + 1));
}

/** What stands at one moment: a value for every stacked series, 0 where none was measured. */
interface Column {
  readonly at: number;
  readonly values: readonly number[];
}

function columnsOf(series: readonly Series[]): readonly Column[] {
  const stacked = series.filter(({ kind }) => kind === 'stack');
  const moments = [...new Set(stacked.flatMap(({ points }) => points.map(([at]) => at)))].sort((a, b) => a - b);
  const maps = stacked.map(({ points }) => new Map(points));
  return moments.map((at) => ({ at, values: maps.map((map) => map.get(at) ?? 0) }));
}

/** How high the areas reach together, at each moment. */
export function stackTops(series: readonly Series[]): readonly number[] {
  return columnsOf(series).map(({ values }) => values.reduce((sum, value) => sum + value, 0));
}

function stackAreas(series: readonly Series[], x: Scale, y: Scale): readonly Svg[] {
  const columns = columnsOf(series);
  const places = series.flatMap(({ kind }, n) => (kind === 'stack' ? [n] : []));
  const layers = stack<Column, number>()
    .keys(places.map((_, layer) => layer))
    .value(({ values }, layer) => values[layer] ?? 0)([...columns]);
  return layers.map((layer, n) => {
    const shape = area<(typeof layer)[number]>()
      .x(({ data }) => x.at(data.at))
      .y0(([low]) => y.at(low))
      .y1(([, high]) => y.at(high))
      .digits(2);
    const place = places[n] ?? 0;
    const one = series[place];
    const className = `area s${one === undefined ? 1 : colourOf(one, place)}`;
    return element('path', { class: className, d: shape(layer) ?? '' });
  });
}
