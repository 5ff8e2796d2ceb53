import type { Config } from '../../config/config-schema.ts';
import { FluxError } from '../../engine/domain/flux-error.ts';
import { parseSaleId, type SaleId } from '../../engine/domain/ids.ts';
import type { Instant } from '../../engine/domain/time.ts';
import { openHistories } from './file-history-book.ts';
import { httpGateBook } from './http-gate-book.ts';
import { type FolderBooks, openFolder } from './open-folder.ts';
import type { VerifyReport } from './report-schema.ts';
import { type VerifyStep, verifyDefaults, verifySale } from './verify-sale.ts';

export interface VerifyFolderUse {
  readonly config: Config;
  readonly openBooks: (config: Config) => Promise<FolderBooks>;
  readonly ask: {
    readonly sale?: string | undefined;
    readonly history?: readonly string[] | undefined;
    /** See VerifyOptions. */
    readonly since?: Instant | null;
    readonly waitMs: number;
    readonly maxRevoked: number;
  };
  readonly say: (line: string) => void;
  readonly progress: (step: VerifyStep) => void;
  /** Told of the books once they are open, for whoever needs them after the verdict. */
  readonly onBooks?: (books: FolderBooks) => void;
  /** Takes what has to be closed, however the command ends. */
  readonly atEnd: (close: () => Promise<unknown>) => void;
}

/**
 * Verifies the sales of a data folder, beside a running serve or without one.
 * @throws FluxError `inconclusive` where a book cannot be read, `usage` for a sale id that is none
 */
export async function verifyFolder(use: VerifyFolderUse): Promise<VerifyReport> {
  const { ask } = use;
  const saleId = ask.sale === undefined ? null : readSaleId(ask.sale);
  const history = ask.history?.length ? await openHistories(ask.history) : null;
  const { books, server } = await openFolder(use);
  use.onBooks?.(books);
  const gateBook = server && httpGateBook(server);
  if (!gateBook) use.say('gate: absent (no server runs on this data folder): its counters cannot be compared');
  return verifySale({
    ...books,
    gateBook,
    history,
    progress: use.progress,
    options: {
      saleId,
      since: ask.since ?? null,
      // the embedded consumer lives in the server: without one nobody drains anything
      waitMs: gateBook ? ask.waitMs : 0,
      maxRevoked: ask.maxRevoked,
      graceMs: verifyDefaults.graceMs,
    },
  });
}

/** @throws FluxError `usage` */
export function readSaleId(text: string): SaleId {
  const saleId = parseSaleId(text);
  if (saleId === undefined)
    throw new FluxError('usage', `--sale ${text} is no sale id`, { hint: 'fluxgate sale list' });
  return saleId;
}
