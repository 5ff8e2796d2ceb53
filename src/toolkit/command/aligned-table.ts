/**
 * Columns under their heads, two blanks apart, no lines drawn: readable in a terminal, in a mail and with `awk`.
 * Columns named in `right` (numbers) are aligned to the right.
 */
export function alignedTable(
  heads: readonly string[],
  rows: readonly (readonly string[])[],
  options: { readonly right?: readonly string[] } = {},
): string {
  const widths = heads.map((head, column) => Math.max(head.length, ...rows.map((row) => (row[column] ?? '').length)));
  const line = (cells: readonly string[]): string =>
    heads
      .map((head, column) => {
        const cell = cells[column] ?? '';
        const width = widths[column] ?? 0;
        return options.right?.includes(head) ? cell.padStart(width) : cell.padEnd(width);
      })
      .join('  ')
      .trimEnd();
  return [line(heads.map((head) => head.toUpperCase())), ...rows.map(line)].join('\n');
}
