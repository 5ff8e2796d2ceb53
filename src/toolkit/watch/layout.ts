export const tabs = ['overview', 'answers', 'books', 'processes', 'log'] as const;
export type Tab = (typeof tabs)[number];

export type PanelName =
  | 'stock'
  | 'verdict'
  | 'answers'
  | 'latency'
  | 'facts'
  | 'flow'
  | 'holds'
  | 'processes'
  | 'faults'
  | 'log'
  | 'routes'
  | 'products'
  | 'invariants';

export interface PlacedPanel {
  readonly name: PanelName;
  readonly width: number;
  /** All of it: its title, its lines, and the empty one that follows. */
  readonly height: number;
  /** What it has for itself. */
  readonly lines: number;
  readonly titled: boolean;
}

export interface Layout {
  /** Side by side. */
  readonly columns: readonly { readonly width: number; readonly panels: readonly PlacedPanel[] }[];
  /** Over the whole width, under the columns. */
  readonly below: readonly PlacedPanel[];
}

/** What decides how much room a panel wants. */
export interface LayoutFacts {
  readonly tab: Tab;
  readonly products: number;
  readonly partitions: number;
  readonly processes: number;
  readonly faults: number;
  readonly outcomes: number;
  readonly hasLog: boolean;
}

/** The least that the dashboard is drawn in. */
export const smallest = { columns: 60, rows: 20 } as const;
/** Header, tabs and footer. */
export const frameLines = 3;
/** From here on two columns say more than one. */
const wideFrom = 110;
/** From here on panels have titles. */
const titledFrom = 28;
/** Between columns. */
const gutter = 2;

interface Wish {
  readonly name: PanelName;
  /** Without its title; 0 and no room means left out. */
  readonly least: number;
  readonly wanted: number;
  /** Takes what is left. */
  readonly grows?: boolean;
}

/** Which panel stands where. Pure: the same size and facts give the same picture. */
export function layoutOf(width: number, height: number, facts: LayoutFacts): Layout {
  const body = height - frameLines;
  const titled = body >= titledFrom;
  const one = (wishes: readonly Wish[]): Layout => ({
    columns: [{ width, panels: place(wishes, width, body, titled) }],
    below: [],
  });
  switch (facts.tab) {
    case 'overview':
      return width >= wideFrom && titled ? wideOverview(width, body, facts) : one(narrowOverview(facts, titled));
    case 'answers':
      return one([
        { name: 'answers', least: 4, wanted: 9 },
        { name: 'routes', least: 4, wanted: 4, grows: true },
      ]);
    case 'books':
      return width >= wideFrom && titled
        ? books(width, body, facts)
        : one([
            { name: 'verdict', least: 2, wanted: 2 },
            { name: 'invariants', least: 2, wanted: 6 },
            { name: 'flow', least: 3, wanted: facts.partitions + 3 },
            { name: 'holds', least: 2, wanted: 8 },
            { name: 'products', least: 2, wanted: facts.products + 1, grows: true },
          ]);
    case 'processes':
      return one([
        { name: 'faults', least: 2, wanted: Math.max(2, facts.faults + 1) },
        { name: 'processes', least: 4, wanted: 4, grows: true },
      ]);
    case 'log':
      return one([{ name: 'log', least: 4, wanted: 4, grows: true }]);
    default:
      return facts.tab satisfies never;
  }
}

function narrowOverview(facts: LayoutFacts, titled: boolean): readonly Wish[] {
  return [
    { name: 'stock', least: 4, wanted: titled ? 7 : 4 },
    { name: 'verdict', least: 2, wanted: 2 },
    { name: 'answers', least: 4, wanted: titled ? 8 : 4 },
    { name: 'latency', least: 2, wanted: titled ? 4 : 2 },
    { name: 'facts', least: 4, wanted: 4 },
    ...(titled && facts.faults > 0 ? [{ name: 'faults', least: 0, wanted: facts.faults + 1 } as const] : []),
    ...(titled && facts.processes > 0 ? [{ name: 'processes', least: 0, wanted: facts.processes } as const] : []),
    ...(facts.hasLog && titled ? [{ name: 'log', least: 0, wanted: 2, grows: true } as const] : []),
  ];
}

function wideOverview(width: number, body: number, facts: LayoutFacts): Layout {
  const left = Math.floor((width - gutter) * 0.56);
  const right = width - gutter - left;
  // Columns as high as the fuller one wants; the log has the rest of a high terminal.
  const leftWishes: readonly Wish[] = [
    { name: 'stock', least: 4, wanted: 8 },
    { name: 'verdict', least: 2, wanted: 2 },
    { name: 'answers', least: 4, wanted: 10 },
    { name: 'latency', least: 2, wanted: Math.min(7, Math.max(4, facts.outcomes + 1)) },
    ...(facts.products > 1 ? [{ name: 'products', least: 0, wanted: facts.products + 1 } as const] : []),
  ];
  const rightWishes: readonly Wish[] = [
    { name: 'flow', least: 3, wanted: facts.partitions + 3 },
    { name: 'holds', least: 2, wanted: 8 },
    { name: 'processes', least: 2, wanted: Math.max(2, facts.processes) },
    { name: 'faults', least: 2, wanted: Math.max(2, facts.faults + 1) },
  ];
  const wanted = (wishes: readonly Wish[]) => wishes.reduce((sum, wish) => sum + wish.wanted + 2, -1);
  const columnsHeight = Math.min(body, Math.max(wanted(leftWishes), wanted(rightWishes)));
  const rest = body - columnsHeight - 1;
  const below =
    facts.hasLog && rest >= 4 ? place([{ name: 'log', least: 3, wanted: 3, grows: true }], width, rest, true) : [];
  const height = below.length > 0 ? columnsHeight : body;
  return {
    columns: [
      { width: left, panels: place(leftWishes, left, height, true) },
      { width: right, panels: place(rightWishes, right, height, true) },
    ],
    below,
  };
}

function books(width: number, body: number, facts: LayoutFacts): Layout {
  const left = Math.floor((width - gutter) * 0.56);
  const right = width - gutter - left;
  return {
    columns: [
      {
        width: left,
        panels: place(
          [
            { name: 'verdict', least: 2, wanted: 2 },
            { name: 'invariants', least: 2, wanted: 14 },
            { name: 'products', least: 2, wanted: facts.products + 1, grows: true },
          ],
          left,
          body,
          true,
        ),
      },
      {
        width: right,
        panels: place(
          [
            { name: 'flow', least: 3, wanted: facts.partitions + 3 },
            { name: 'holds', least: 2, wanted: 8 },
          ],
          right,
          body,
          true,
        ),
      },
    ],
    below: [],
  };
}

/** Gives each wish its least, from the first on, then what it wanted, then the rest to the one that grows. A line stands between two. */
function place(wishes: readonly Wish[], width: number, height: number, titled: boolean): readonly PlacedPanel[] {
  const title = titled ? 1 : 0;
  const needed = wishes.reduce((sum, { least }) => sum + least, 0);
  // Air between panels only where everybody has the least already.
  const gap = titled || needed + wishes.length - 1 <= height ? 1 : 0;
  let left = height;
  const placed: { wish: Wish; lines: number }[] = [];
  for (const wish of wishes) {
    const around = title + (placed.length > 0 ? gap : 0);
    if (left - around < Math.max(1, wish.least)) continue;
    left -= around + wish.least;
    placed.push({ wish, lines: wish.least });
  }
  for (const one of placed) {
    const more = Math.min(left, Math.max(0, one.wish.wanted - one.lines));
    one.lines += more;
    left -= more;
  }
  const growing = placed.find(({ wish }) => wish.grows);
  if (growing) growing.lines += left;
  return placed
    .filter(({ lines }) => lines > 0)
    .map(({ wish, lines }, n, all) => ({
      name: wish.name,
      width,
      lines,
      height: lines + title + (n < all.length - 1 ? gap : 0),
      titled,
    }));
}
