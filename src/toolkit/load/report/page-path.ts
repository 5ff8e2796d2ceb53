/** Where the page of a result stands: beside it, and never over it. */
export function pagePath(resultPath: string): string {
  return `${resultPath.replace(/\.json$/, '')}.html`;
}
