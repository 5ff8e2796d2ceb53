import type { FoundSeed, SeedsTally } from '../seeds/seed-chunk.ts';

/** Findings that are told of one by one; the rest is counted. */
const atMost = 10;

/** What a run of seeds was, and what it found. */
export function seedsText(tally: SeedsTally, elapsedMs: number, jobs: number): string {
  const { seeds, steps, virtualMs, found } = tally;
  const perSecond = Math.round(seeds / (elapsedMs / 1_000));
  return [
    `${counted(seeds, 'sale')} simulated in ${(elapsedMs / 1_000).toFixed(1)} s, ${perSecond}/s in ${counted(jobs, 'job')}`,
    `${(virtualMs / 3_600_000).toFixed(1)} h of virtual time, ${steps.toLocaleString('en')} steps, digest ${tally.digest.toString(16).padStart(8, '0')}`,
    '',
    ...coverage(tally),
    '',
    ...(found.length === 0 ? ['Every promise was kept.'] : findingsText(found)),
  ].join('\n');
}

/** In how many of the worlds what happened; what is not named here happened in none. */
function coverage({ reachedIn, seeds }: SeedsTally): readonly string[] {
  const list = (prefix: string) =>
    Object.entries(reachedIn)
      .flatMap(([what, n]) => (what.startsWith(`${prefix} `) ? [{ what: what.slice(prefix.length + 1), n }] : []))
      .sort((a, b) => b.n - a.n || (a.what < b.what ? -1 : 1))
      .map(({ what, n }) => `${what.replaceAll('_', ' ')} ${percent(n, seeds)}`);
  return [
    ...labelled('Faults', list('fault')),
    ...labelled('Stories', list('story')),
    ...labelled('Calls met', list('call')),
    ...labelled('Buyers heard', list('heard')),
    ...labelled('Flows', list('flow')),
  ];
}

/** Items behind a label, broken into lines of a terminal. */
function labelled(label: string, items: readonly string[]): readonly string[] {
  const lines: string[] = [];
  let line = label.padEnd(labelWidth);
  for (const [nth, item] of items.entries()) {
    const text = nth === items.length - 1 ? item : `${item}, `;
    if (line.length + text.trimEnd().length > lineWidth) {
      lines.push(line.trimEnd());
      line = ' '.repeat(labelWidth);
    }
    line += text;
  }
  return [...lines, line.trimEnd()];
}

const labelWidth = 14;
const lineWidth = 79;

function percent(n: number, of: number): string {
  const share = (100 * n) / of;
  return share >= 1 || n === 0 ? `${Math.round(share)} %` : 'under 1 %';
}

function findingsText(found: readonly FoundSeed[]): readonly string[] {
  const first = found[0];
  return [
    `${counted(found.length, 'seed')} broke a promise:`,
    ...found.slice(0, atMost).map(({ seed, invariant, text }) => `  seed ${seed}  ${invariant}: ${text}`),
    ...(found.length > atMost ? [`  and ${found.length - atMost} more`] : []),
    ...(first ? ['', `Next: fluxgate simulate --seed ${first.seed} --trace`] : []),
  ];
}

function counted(n: number, what: string): string {
  return `${n.toLocaleString('en')} ${what}${n === 1 ? '' : 's'}`;
}

/** One line while it runs. */
export function seedsProgress(tally: SeedsTally, count: number, elapsedMs: number): string {
  const perSecond = tally.seeds / Math.max(0.001, elapsedMs / 1_000);
  const leftS = Math.ceil((count - tally.seeds) / Math.max(1, perSecond));
  const [first] = tally.found;
  const found =
    first === undefined ? 'every promise kept' : `${tally.found.length} broken, first in seed ${first.seed}`;
  return `${tally.seeds.toLocaleString('en')} of ${count.toLocaleString('en')} seeds, ${Math.round(perSecond)}/s, ${leftS} s left, ${found}`;
}
