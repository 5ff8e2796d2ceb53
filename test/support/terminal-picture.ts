/** A picture of a terminal, made from what a program wrote to it: styles are those that the dashboard uses. */

interface Style {
  readonly bold: boolean;
  readonly dim: boolean;
  readonly inverse: boolean;
  readonly colour: string | null;
}

const plainStyle: Style = { bold: false, dim: false, inverse: false, colour: null };
const cell = { width: 8.4, height: 18 } as const;
const padding = 14;
const ground = '#14171c';
const ink = '#d7dce2';
const colours: Readonly<Record<number, string>> = { 31: '#ff7b72', 34: '#79b8ff', 35: '#e39cf4' };

/** Select graphic rendition (ECMA-48, 8.3.117), as far as chalk writes it. */
function styled(style: Style, code: number): Style {
  if (code === 0) return plainStyle;
  if (code === 1) return { ...style, bold: true };
  if (code === 2) return { ...style, dim: true };
  if (code === 7) return { ...style, inverse: true };
  if (code === 22) return { ...style, bold: false, dim: false };
  if (code === 27) return { ...style, inverse: false };
  if (code === 39) return { ...style, colour: null };
  return code in colours ? { ...style, colour: colours[code] ?? null } : style;
}

/** Block elements (U+2580 to U+259F) as the part of the cell that they fill: fonts leave gaps between lines. */
function blockOf(character: string): readonly [x: number, y: number, width: number, height: number] | null {
  if (character === '█' || character === '░') return [0, 0, 1, 1];
  if (character === '▀') return [0, 0, 1, 0.5];
  const lower = '▁▂▃▄▅▆▇'.indexOf(character);
  if (lower >= 0) return [0, 1 - (lower + 1) / 8, 1, (lower + 1) / 8];
  const left = '▏▎▍▌▋▊▉'.indexOf(character);
  return left >= 0 ? [0, 0, (left + 1) / 8, 1] : null;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: the escape that begins a style is what is looked for
const piece = /\u001b\[([\d;]*)m|([^\u001b]+)/g;

/** SVG of lines with escape sequences. */
export function terminalPicture(title: string, text: string, columns: number, rows: number): string {
  const shapes: string[] = [];
  text.split('\n').forEach((line, row) => {
    let style = plainStyle;
    let column = 0;
    for (const [, codes, run] of line.matchAll(piece)) {
      if (run === undefined) for (const code of (codes ?? '').split(';')) style = styled(style, Number(code));
      else {
        shapes.push(...runOf(run, style, column, row));
        column += [...run].length;
      }
    }
  });
  const width = Math.ceil(columns * cell.width + 2 * padding);
  const height = rows * cell.height + 2 * padding;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="14">`,
    `<title>${escaped(title)}</title>`,
    `<rect width="${width}" height="${height}" rx="8" fill="${ground}"/>`,
    ...shapes,
    '</svg>',
    '',
  ].join('\n');
}

function runOf(run: string, style: Style, column: number, row: number): readonly string[] {
  const x = (at: number) => round(padding + at * cell.width);
  const y = padding + row * cell.height;
  const fill = style.inverse ? ground : (style.colour ?? ink);
  const opacity = style.dim ? ' opacity="0.55"' : '';
  const characters = [...run];
  const shapes: string[] = [];
  if (style.inverse) {
    const back = style.colour ?? ink;
    shapes.push(
      `<rect x="${x(column)}" y="${y}" width="${round(characters.length * cell.width)}" height="${cell.height}" fill="${back}"/>`,
    );
  }
  for (let n = 0; n < characters.length; n += 1) {
    const character = characters[n] ?? ' ';
    const block = blockOf(character);
    if (block === null) continue;
    const [left, top, width, height] = block;
    const from = n;
    // Neighbours that are alike and full are one: seams between them would show.
    while (width === 1 && characters[n + 1] === character) n += 1;
    const shade = character === '░' ? ' opacity="0.25"' : opacity;
    shapes.push(
      `<rect x="${x(column + from + left)}" y="${round(y + top * cell.height)}" width="${round((n - from + width) * cell.width)}" height="${round(height * cell.height)}" fill="${fill}"${shade}/>`,
    );
  }
  const words = characters.map((character) => (blockOf(character) === null ? character : ' ')).join('');
  if (words.trim() !== '') {
    const weight = style.bold ? ' font-weight="bold"' : '';
    shapes.push(
      `<text x="${x(column)}" y="${y + 13}" fill="${fill}"${opacity}${weight} xml:space="preserve" textLength="${round(characters.length * cell.width)}">${escaped(words)}</text>`,
    );
  }
  return shapes;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
