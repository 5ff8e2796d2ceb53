/** Whether a person looks at a stream: a terminal, no CI, no NO_COLOR. Only then there may be colour and motion. */
export function isWatched(out: { readonly isTTY?: boolean }): boolean {
  return out.isTTY === true && !process.env.CI && !process.env.NO_COLOR;
}
