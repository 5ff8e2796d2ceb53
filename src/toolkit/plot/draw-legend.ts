import { colourOf } from './draw-series.ts';
import { fontSize, lineHeight } from './plot-frame.ts';
import type { Series } from './plot-shape.ts';
import { element, type Svg, text, widthOf } from './svg.ts';

/** A stroke of the line, or a square of the area. */
const keyWidth = { line: 22, stack: 13 } as const;
const gap = 20;

/** Names with their colours, in as many lines as they need. */
export function drawLegend(
  series: readonly Series[],
  { left, right, top }: { readonly left: number; readonly right: number; readonly top: number },
): { readonly parts: readonly Svg[]; readonly height: number } {
  let [x, y] = [left, top + fontSize];
  const parts: Svg[] = [];
  for (const [n, one] of series.entries()) {
    const keyed = keyWidth[one.kind] + 6;
    const width = keyed + widthOf(one.name, fontSize);
    if (x > left && x + width > right) {
      x = left;
      y += lineHeight;
    }
    parts.push(key(one, n, x, y), element('text', { class: 'name', x: x + keyed, y }, text(one.name)));
    x += width + gap;
  }
  return { parts, height: series.length === 0 ? 0 : y + lineHeight - fontSize - top };
}

function key(series: Series, n: number, x: number, y: number): Svg {
  const colour = `s${colourOf(series, n)}`;
  if (series.kind === 'stack')
    return element('rect', { class: `key ${colour}`, x, y: y - 11, width: keyWidth.stack, height: 13, rx: 2 });
  const className = `line ${colour}${series.dashed ? ' dashed' : ''}`;
  return element('path', { class: className, d: `M${x},${y - 4.5}h${keyWidth.line}` });
}
