import type { HuntedBug } from '../hunt/hunt-bugs.ts';

const widths = { name: 40, invariant: 15, seeds: 8, time: 10 } as const;

/** The head of the table whose rows come one by one. */
export function huntHead(): string {
  return row('Planted bug', 'broke', 'seeds', 'time');
}

export function huntedLine({ name, found, seeds, elapsedMs }: HuntedBug): string {
  const time = `${(elapsedMs / 1_000).toFixed(1)} s`;
  return row(name, found?.invariant ?? 'not found', seeds.toLocaleString('en'), time);
}

function row(name: string, invariant: string, seeds: string, time: string): string {
  return (
    name.padEnd(widths.name) +
    invariant.padEnd(widths.invariant) +
    seeds.padStart(widths.seeds) +
    time.padStart(widths.time)
  );
}

/** What the hunt says of the simulator, and what to type next. */
export function huntVerdict(all: readonly HuntedBug[]): string {
  const missed = all.filter(({ found }) => found === null);
  const hardest = all.reduce<HuntedBug | null>((most, each) => (each.seeds > (most?.seeds ?? 0) ? each : most), null);
  if (missed.length === 0)
    return `Found ${all.length === 1 ? 'it' : `all ${all.length}`}. Next: ${hardest === null ? '' : replay(hardest)}`;
  return [
    `Not found: ${missed.map(({ name }) => name).join(', ')}`,
    'A bug that no seed meets is a weakness of the simulator: a fault, a behaviour or a check is missing.',
    'Next: read its story, and see which step of a world would have to meet it',
  ].join('\n');
}

function replay({ name, found }: HuntedBug): string {
  return `fluxgate simulate --planted --bug ${name} --seed ${found?.seed} --trace`;
}

export function huntProgress(name: string, nth: number, of: number, seeds: number): string {
  return `${nth} of ${of}, ${name}: ${seeds.toLocaleString('en')} seeds`;
}
