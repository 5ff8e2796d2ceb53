import type { Config } from '../../config/config-schema.ts';
import { FluxError } from '../../engine/domain/flux-error.ts';
import { parseSaleId, type SaleId } from '../../engine/domain/ids.ts';
import type { Instant } from '../../engine/domain/time.ts';
import type { Clock } from '../../engine/ports/clock.ts';
import { openAdminClient } from '../admin-client/admin-client.ts';
import { serverAddress } from '../admin-client/server-address.ts';
import type { GateBook, IdDigest, LedgerBook, LogBook } from './books.ts';
import { openHistories } from './file-history-book.ts';
import { httpGateBook } from './http-gate-book.ts';
import type { VerifyReport } from './report-schema.ts';
import { bookUnreadable, type VerifyStep, verifyDefaults, verifySale } from './verify-sale.ts';

/** Ledger and order log of a data folder, as compose opened them. */
export interface FolderBooks {
  readonly ledger: LedgerBook;
  readonly orderLog: LogBook;
  readonly clock: Clock;
  readonly digest: IdDigest;
  /** True where no serve runs: then nobody can start one while these books are open. */
  readonly startedHere: boolean;
  close(): Promise<void>;
}

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
  /** Takes what has to be closed, however the command ends. */
  readonly atEnd: (close: () => Promise<unknown>) => void;
}

/** A serve that boots is ready within this time; one that does not say where it answers by then is none. */
const bootingMs = 4_000;
const pollMs = 250;

/**
 * Verifies the sales of a data folder, beside a running serve or without one.
 * @throws FluxError `inconclusive` where a book cannot be read, `usage` for a sale id that is none
 */
export async function verifyFolder(use: VerifyFolderUse): Promise<VerifyReport> {
  const { ask } = use;
  const saleId = ask.sale === undefined ? null : readSaleId(ask.sale);
  const history = ask.history?.length ? await openHistories(ask.history) : null;
  const books = await use.openBooks(use.config).catch(bookUnreadable);
  use.atEnd(() => books.close());
  const gateBook = await openGate(use, books);
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

function readSaleId(text: string): SaleId {
  const saleId = parseSaleId(text);
  if (saleId === undefined)
    throw new FluxError('usage', `--sale ${text} is no sale id`, { hint: 'fluxgate sale list' });
  return saleId;
}

/** The gate of the server that `--url` names or that runs on the data folder; null where none runs. */
async function openGate(use: VerifyFolderUse, books: FolderBooks): Promise<GateBook | null> {
  const url = use.config.url ?? (await addressOf(use.config.dataDir, books));
  if (url === null) return null;
  const server = openAdminClient(url, use.config.adminToken);
  use.atEnd(() => server.close());
  return httpGateBook(server);
}

async function addressOf(dataDir: string, { startedHere, clock }: FolderBooks): Promise<string | null> {
  // Whoever wrote an address there is dead: we hold the folder's lock.
  if (startedHere) return null;
  const until = clock.monotonicMs() + bootingMs;
  for (;;) {
    try {
      return await serverAddress(dataDir);
    } catch (error) {
      if (!(error instanceof FluxError) || error.code !== 'server_unreachable') throw error;
      if (clock.monotonicMs() >= until) return null;
    }
    await clock.sleep(pollMs);
  }
}
