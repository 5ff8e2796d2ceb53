import { wrapped } from '../text/wrapped.ts';
import type { Diagram, Row } from './diagram.ts';

/** `2750.30` and two spaces; a world is over within minutes. */
const timeWidth = 11;
const narrowest = 5;
const widest = 30;
/** Text right of a lifeline needs so much room, or it begins further left. */
const leastRoom = 24;

/** A diagram in so many columns of a terminal: at least 60, and about 6 for each lifeline. */
export function diagramText(diagram: Diagram, columns: number): string {
  const sheet = sheetOf(diagram.lanes, columns);
  const lines = [...header(diagram.lanes, sheet), ...diagram.rows.flatMap((row) => linesOf(row, sheet))];
  return lines.map((line) => line.trimEnd()).join('\n');
}

interface Sheet {
  readonly columns: number;
  /** The column of each lifeline. */
  readonly at: ReadonlyMap<string, number>;
}

function sheetOf(lanes: readonly string[], columns: number): Sheet {
  const first = timeWidth + Math.floor((lanes[0]?.length ?? 0) / 2);
  const room = columns - first - Math.ceil((lanes.at(-1)?.length ?? 0) / 2);
  const spacing = Math.min(widest, Math.max(narrowest, Math.floor(room / Math.max(1, lanes.length - 1))));
  return { columns, at: new Map(lanes.map((lane, nth) => [lane, first + nth * spacing])) };
}

/** One line of lifelines; `put` writes over them. */
class Line {
  readonly #cells: string[];

  constructor({ columns, at }: Sheet, lifeline = '│') {
    this.#cells = Array.from({ length: columns }, () => ' ');
    for (const column of at.values()) this.#cells[column] = lifeline;
  }

  put(column: number, text: string): this {
    for (const [nth, char] of [...text].entries()) this.#cells[column + nth] = char;
    return this;
  }

  text(): string {
    return this.#cells.join('');
  }
}

/** Names over their lifelines, in two lines where they would touch. */
function header(lanes: readonly string[], sheet: Sheet): readonly string[] {
  const lines = [new Line(sheet, ' '), new Line(sheet, ' ')];
  let end = -1;
  let row = 0;
  for (const lane of lanes) {
    const from = (sheet.at.get(lane) ?? 0) - Math.floor(lane.length / 2);
    row = from <= end ? 1 - row : 0;
    lines[row]?.put(from, lane);
    if (row === 1) lines[0]?.put(sheet.at.get(lane) ?? 0, ' ');
    end = from + lane.length;
  }
  return lines.map((line) => line.text()).filter((line) => line.trim() !== '');
}

function linesOf(row: Row, sheet: Sheet): readonly string[] {
  switch (row.kind) {
    case 'arrow':
      return arrow(row, sheet);
    case 'note':
      return beside(row.lane, `* ${row.label}`, row.atMs, sheet);
    case 'fault':
    case 'finding':
      return band(row, sheet);
    case 'folded': {
      const first = Math.min(...sheet.at.values());
      const text = ` ... ${row.events} other${row.events === 1 ? '' : 's'}${row.opening ? ': the sale opens' : ''} `;
      return [new Line(sheet, ':').put(Number.isFinite(first) ? first + 2 : timeWidth, text).text()];
    }
    default:
      return row satisfies never;
  }
}

function arrow(row: Extract<Row, { kind: 'arrow' }>, sheet: Sheet): readonly string[] {
  const from = sheet.at.get(row.from) ?? timeWidth;
  const to = sheet.at.get(row.to) ?? timeWidth;
  const [left, right] = [Math.min(from, to), Math.max(from, to)];
  const dash = row.lost ? '╌' : '─';
  const length = right - left - 1;
  const fits = row.label.length + 4 <= length;
  const shaft = [...dash.repeat(Math.max(0, length))];
  if (fits) {
    // the label stands a little nearer to where the arrow begins
    const start = from < to ? 2 : length - 2 - row.label.length;
    shaft.splice(start, row.label.length, ...row.label);
  }
  const head = row.lost ? 'x' : from < to ? '>' : '<';
  if (shaft.length > 0) shaft[from < to ? shaft.length - 1 : 0] = head;
  const line = new Line(sheet).put(left + 1, shaft.join(''));
  if (fits) return [line.put(0, timeText(row.atMs)).text()];
  const above = placed(left + 2, row.label, sheet);
  above[0]?.put(0, timeText(row.atMs));
  return [...above, line].map((each) => each.text());
}

/** Text right of a column, over lifelines, in as many lines as it needs. */
function placed(column: number, label: string, sheet: Sheet): Line[] {
  const start = Math.max(timeWidth, Math.min(column, sheet.columns - Math.min(label.length + 1, leastRoom)));
  return wrapped(label, sheet.columns - start - 1).map((text) => new Line(sheet).put(start, `${text} `));
}

function beside(lane: string, label: string, atMs: number, sheet: Sheet): readonly string[] {
  const column = sheet.at.get(lane) ?? timeWidth;
  const lines = placed(column, label, sheet);
  lines[0]?.put(0, timeText(atMs));
  return lines.map((line) => line.text());
}

function band(row: Extract<Row, { kind: 'fault' | 'finding' }>, sheet: Sheet): readonly string[] {
  const sign = row.kind === 'fault' ? '═' : '!';
  const room = sheet.columns - timeWidth - 4;
  return wrapped(row.label, room).map((text, nth) => {
    const filled = `${sign}${sign} ${text} `.padEnd(sheet.columns - timeWidth, row.kind === 'fault' ? sign : ' ');
    return `${nth === 0 ? timeText(row.atMs) : ' '.repeat(timeWidth)}${filled}`;
  });
}

function timeText(atMs: number): string {
  return `${atMs.toFixed(2).padStart(timeWidth - 2)}  `;
}
