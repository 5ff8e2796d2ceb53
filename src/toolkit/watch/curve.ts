const bars = ' ▁▂▃▄▅▆▇█';
/** Where nothing was seen. */
const gap = '·';

/**
 * The newest `width` values as columns of `height` lines, the highest value the highest column. Null is a gap; a value above
 * zero is never drawn as nothing.
 */
export function curve(values: readonly (number | null)[], width: number, height: number): readonly string[] {
  const shown = width > 0 ? values.slice(-width) : [];
  const highest = Math.max(1, ...shown.map((value) => value ?? 0));
  const eighths = shown.map((value) => {
    if (value === null) return null;
    const scaled = Math.round((value / highest) * height * 8);
    return value > 0 ? Math.max(1, scaled) : 0;
  });
  return Array.from({ length: height }, (_, row) => {
    const below = (height - 1 - row) * 8;
    return eighths
      .map((column) =>
        column === null ? (row === height - 1 ? gap : ' ') : bars[Math.min(8, Math.max(0, column - below))],
      )
      .join('');
  });
}
