import { cutOff } from './stories/cut-off.ts';
import { lateAppends } from './stories/late-appends.ts';
import { leaderWakes } from './stories/leader-wakes.ts';
import { lostTwice } from './stories/lost-twice.ts';
import { slowRebuild } from './stories/slow-rebuild.ts';
import { stockAcrossEpochs } from './stories/stock-across-epochs.ts';
import type { Story, StoryUse } from './story.ts';

interface KnownStory extends Pick<Story, 'kind' | 'stock'> {
  /** Of 100 worlds so many have it; no world has two. */
  readonly percent: number;
  tell(use: StoryUse): Pick<Story, 'faults'> & Partial<Pick<Story, 'operators'>>;
}

const stories: readonly KnownStory[] = [
  { kind: 'cut_off', percent: 6, stock: 'plenty', tell: cutOff },
  { kind: 'late_appends', percent: 3, stock: 'plenty', tell: lateAppends },
  { kind: 'leader_wakes', percent: 3, stock: 'plenty', tell: leaderWakes },
  { kind: 'lost_twice', percent: 2, stock: 'plenty', tell: lostTwice },
  { kind: 'slow_rebuild', percent: 2, stock: 'plenty', tell: slowRebuild },
  { kind: 'stock_across_epochs', percent: 4, stock: 'scarce', tell: stockAcrossEpochs },
];

/** Null in most worlds. */
export function drawStory(use: StoryUse): Story | null {
  let left = use.chance.between(1, 100);
  for (const { kind, percent, stock, tell } of stories) {
    if (left <= percent) return { kind, stock, operators: [], ...tell(use) };
    left -= percent;
  }
  return null;
}
