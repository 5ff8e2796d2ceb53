/** Moments that are easier to read than others, in milliseconds. */
const grids = [1_000, 500, 100, 10];

/** Rounder and earlier moments than this one, the simplest first. */
export function* rounderMoments(atMs: number): Generator<number> {
  if (atMs > 0) yield 0;
  for (const grid of grids) {
    const round = Math.floor(atMs / grid) * grid;
    // a moment on a coarser grid stands on this one, too: it is as round as it gets
    if (round === atMs) return;
    if (round > 0) yield round;
  }
}

/** Of these the ones below a number, the lowest first. */
export function below(value: number, menu: readonly number[]): readonly number[] {
  return menu.filter((each) => each < value).sort((a, b) => a - b);
}
