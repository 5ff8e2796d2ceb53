import { fontSize, lineHeight, plotWidth } from '../../plot/plot-frame.ts';
import { element, type Svg, text, widthOf } from '../../plot/svg.ts';
import { wrapped } from '../text/wrapped.ts';
import type { Diagram, Row } from './diagram.ts';

const timePixels = 76;
const marginPixels = 56;
const headPixels = 40;
/** An arrow with its label above it. */
const arrowPixels = 34;
const foldedPixels = 30;
/** Letters of a sentence over the whole width, and of a note right of its lifeline. */
const bandLetters = 112;
const noteLetters = 44;

/** Colours come from `plotStyle`; these are what only a sequence diagram has. */
export const diagramStyle = `
.plot .life{stroke:var(--plot-s7);stroke-width:1;fill:none}
.plot .say{stroke:var(--plot-ink);stroke-width:1.4;fill:none}
.plot .head{fill:var(--plot-ink)}
.plot .unheard{stroke:var(--plot-s2);stroke-width:1.6;fill:none}
.plot .unheard.shaft{stroke-dasharray:5 4}
.plot .actor{fill:var(--plot-ground);stroke:var(--plot-ink);stroke-width:1.2}
.plot .paper{fill:var(--plot-ground)}
.plot .time{font-variant-numeric:tabular-nums}
`;

/** A diagram as SVG: a piece of a page that has `plotStyle` and `diagramStyle`. Pure. */
export function diagramSvg(diagram: Diagram, title: string): string {
  const at = lanePlaces(diagram.lanes);
  let top = headPixels + 12;
  const drawn: Svg[] = [];
  for (const row of diagram.rows) {
    const { parts, height } = drawRow(row, top, at);
    drawn.push(...parts);
    top += height;
  }
  const bottom = top + 12;
  const lives = [...at].map(([, x]) => element('path', { class: 'life', d: `M${x},${headPixels}V${bottom}` }));
  return element(
    'svg',
    {
      ...{ class: 'plot', viewBox: `0 0 ${plotWidth} ${bottom}`, role: 'img' },
      'aria-labelledby': 'sequence-title sequence-description',
    },
    element('title', { id: 'sequence-title' }, text(title)),
    element('desc', { id: 'sequence-description' }, text(`Who said what to whom: ${diagram.lanes.join(', ')}`)),
    ...lives,
    ...[...at].flatMap(([name, x]) => actor(name, x)),
    ...drawn,
  ).svg;
}

type Places = ReadonlyMap<string, number>;

function lanePlaces(lanes: readonly string[]): Places {
  const first = timePixels + marginPixels;
  const step = (plotWidth - marginPixels - first) / Math.max(1, lanes.length - 1);
  return new Map(lanes.map((lane, nth) => [lane, Math.round(first + nth * step)]));
}

function actor(name: string, x: number): readonly Svg[] {
  const width = Math.max(44, widthOf(name, fontSize) + 20);
  return [
    element('rect', { class: 'actor', x: x - width / 2, y: 8, width, height: 28, rx: 4 }),
    element('text', { class: 'name', x, y: 27, 'text-anchor': 'middle' }, text(name)),
  ];
}

interface Drawn {
  readonly parts: readonly Svg[];
  readonly height: number;
}

function drawRow(row: Row, top: number, at: Places): Drawn {
  switch (row.kind) {
    case 'arrow':
      return drawArrow(row, top, at);
    case 'note':
      return drawNote(row, top, at);
    case 'fault':
    case 'finding':
      return drawBand(row, top);
    case 'folded': {
      const label = `${row.events} other${row.events === 1 ? '' : 's'}${row.opening ? ': the sale opens' : ''}`;
      const x = timePixels + marginPixels + 14;
      const paper = {
        class: 'paper',
        x: timePixels,
        y: top + 3,
        width: plotWidth - timePixels,
        height: foldedPixels - 8,
      };
      return {
        parts: [element('rect', paper), element('text', { x, y: top + 19 }, text(`⋮  ${label}`))],
        height: foldedPixels,
      };
    }
    default:
      return row satisfies never;
  }
}

function drawArrow({ atMs, from, to, label, lost }: Extract<Row, { kind: 'arrow' }>, top: number, at: Places): Drawn {
  const [start, end] = [at.get(from) ?? timePixels, at.get(to) ?? timePixels];
  const y = top + arrowPixels - 9;
  const back = end < start ? 1 : -1;
  const shaft = lost ? `M${start},${y}H${end + back * 14}` : `M${start},${y}H${end + back * 7}`;
  const head = lost
    ? element('path', { class: 'unheard', d: cross(end + back * 9, y) })
    : element('path', { class: 'head', d: `M${end},${y}l${back * 9},-4.5v9z` });
  return {
    parts: [
      time(atMs, y + 4),
      element('path', { class: lost ? 'unheard shaft' : 'say', d: shaft }),
      head,
      labelled(label, Math.min(start, end), Math.max(start, end), y - 6),
    ],
    height: arrowPixels,
  };
}

/** In the middle of its arrow; from its left end on where it is longer, and never out of the picture. */
function labelled(label: string, left: number, right: number, y: number): Svg {
  const width = widthOf(label, fontSize);
  if (width <= right - left - 12)
    return element('text', { class: 'halo', x: (left + right) / 2, y, 'text-anchor': 'middle' }, text(label));
  const x = Math.max(timePixels + 8, Math.min(left + 8, plotWidth - width));
  return element('text', { class: 'halo', x, y }, text(label));
}

function drawNote({ atMs, lane, label }: Extract<Row, { kind: 'note' }>, top: number, at: Places): Drawn {
  const lane0 = at.get(lane) ?? timePixels;
  const lines = wrapped(label, noteLetters);
  const width = Math.max(...lines.map((line) => widthOf(line, fontSize)));
  const x = Math.min(lane0 + 12, plotWidth - width - 8);
  return {
    parts: [
      time(atMs, top + 18),
      element('circle', { class: 'head', cx: lane0, cy: top + 14, r: 3.5 }),
      ...lines.map((line, nth) => element('text', { class: 'halo', x, y: top + 18 + nth * lineHeight }, text(line))),
    ],
    height: lines.length * lineHeight + 10,
  };
}

function drawBand({ atMs, kind, label }: Extract<Row, { kind: 'fault' | 'finding' }>, top: number): Drawn {
  const lines = wrapped(label, bandLetters);
  const height = lines.length * lineHeight + 8;
  const tone = kind === 'fault' ? 'warn' : 'bad';
  return {
    parts: [
      time(atMs, top + 20),
      element('rect', { class: 'paper', x: timePixels, y: top + 2, width: plotWidth - timePixels, height }),
      element('rect', {
        class: `bar ${tone}`,
        x: timePixels,
        y: top + 2,
        width: plotWidth - timePixels,
        height,
        rx: 3,
      }),
      ...lines.map((line, nth) =>
        element('text', { class: 'name', x: timePixels + 10, y: top + 20 + nth * lineHeight }, text(line)),
      ),
    ],
    height: height + 8,
  };
}

function time(atMs: number, y: number): Svg {
  return element('text', { class: 'time', x: timePixels - 10, y, 'text-anchor': 'end' }, text(atMs.toFixed(2)));
}

function cross(x: number, y: number): string {
  return `M${x - 5},${y - 5}l10,10m0,-10l-10,10`;
}
