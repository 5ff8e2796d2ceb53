/** Three pixels wide and five high; a comma and a dash beside them. */
const glyphs: Readonly<Record<string, readonly string[]>> = {
  '0': ['###', '#.#', '#.#', '#.#', '###'],
  '1': ['.#.', '##.', '.#.', '.#.', '###'],
  '2': ['###', '..#', '###', '#..', '###'],
  '3': ['###', '..#', '.##', '..#', '###'],
  '4': ['#.#', '#.#', '###', '..#', '..#'],
  '5': ['###', '#..', '###', '..#', '###'],
  '6': ['###', '#..', '###', '#.#', '###'],
  '7': ['###', '..#', '..#', '.#.', '.#.'],
  '8': ['###', '#.#', '###', '#.#', '###'],
  '9': ['###', '#.#', '###', '..#', '###'],
  ',': ['.', '.', '.', '#', '#'],
  '-': ['...', '...', '###', '...', '...'],
};

const halves = { '..': ' ', '#.': '▀', '.#': '▄', '##': '█' } as const;

/** Digits, commas and dashes in half blocks: 3 lines high at scale 1, 5 at scale 2. Other characters are left out. */
export function bigDigits(text: string, scale: 1 | 2): readonly string[] {
  const rows = Array.from({ length: 5 * scale }, (_, y) =>
    [...text]
      .flatMap((character) => {
        const row = glyphs[character]?.[Math.floor(y / scale)];
        return row === undefined ? [] : [[...row].map((pixel) => pixel.repeat(scale)).join('')];
      })
      .join('.'.repeat(scale)),
  );
  const width = rows[0]?.length ?? 0;
  const lines: string[] = [];
  for (let y = 0; y < rows.length; y += 2) {
    const line = Array.from({ length: width }, (_, x) => {
      const pair = `${rows[y]?.[x] ?? '.'}${rows[y + 1]?.[x] ?? '.'}`;
      return pair in halves ? halves[pair as keyof typeof halves] : ' '; // in: just asked
    });
    lines.push(line.join(''));
  }
  return lines;
}
