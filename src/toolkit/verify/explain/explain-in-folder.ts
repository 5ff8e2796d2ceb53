import type { Config } from '../../../config/config-schema.ts';
import { openHistories } from '../file-history-book.ts';
import { type FolderBooks, openFolder } from '../open-folder.ts';
import type { VerifyAsk } from '../verify-ask.ts';
import { verifyProgress } from '../verify-progress.ts';
import { explainOrder } from './explain-order.ts';
import type { OrderStory } from './order-story.ts';

/** One order's story, from the books of a data folder or stack. @throws as explainOrder and openFolder */
export async function explainInFolder(use: {
  readonly config: Config;
  readonly openBooks: (config: Config) => Promise<FolderBooks>;
  readonly ask: Extract<VerifyAsk, { kind: 'explain' }>;
  readonly say: (line: string) => void;
  /** Takes what has to be closed, however the command ends. */
  readonly atEnd: (close: () => Promise<unknown>) => void;
}): Promise<OrderStory> {
  const { ask } = use;
  // a wrong file is told before anything is opened
  await openHistories(ask.history);
  const { books, server } = await openFolder(use);
  return explainOrder({ books, server, histories: ask.history, asked: ask.asked, progress: verifyProgress(use.say) });
}
