import type { Config } from '../../config/config-schema.ts';
import { FluxError } from '../../engine/domain/flux-error.ts';
import type { Clock } from '../../engine/ports/clock.ts';
import { type AdminClient, openAdminClient } from '../admin-client/admin-client.ts';
import { serverAddress } from '../admin-client/server-address.ts';
import type { IdDigest, LedgerBook, LogBook } from './books.ts';
import type { StoryLedger } from './explain/ledger-facts.ts';
import { bookUnreadable } from './verify-sale.ts';

/** Ledger and order log of a data folder, as compose opened them. */
export interface FolderBooks {
  readonly ledger: LedgerBook & StoryLedger;
  readonly orderLog: LogBook;
  readonly clock: Clock;
  readonly digest: IdDigest;
  /** True where no serve runs: then nobody can start one while these books are open. */
  readonly startedHere: boolean;
  close(): Promise<void>;
}

export interface OpenFolderUse {
  readonly config: Config;
  readonly openBooks: (config: Config) => Promise<FolderBooks>;
  /** Takes what has to be closed, however the command ends. */
  readonly atEnd: (close: () => Promise<unknown>) => void;
}

/** A serve that boots is ready within this time; one that does not say where it answers by then is none. */
const bootingMs = 4_000;
const pollMs = 250;

/**
 * Opens the books of a data folder, beside a running serve or without one. `server`: the one that the configuration's `url` names or that runs on
 * the folder; null where none runs. @throws FluxError `inconclusive` where a book cannot be read
 */
export async function openFolder(
  use: OpenFolderUse,
): Promise<{ readonly books: FolderBooks; readonly server: AdminClient | null }> {
  const books = await use.openBooks(use.config).catch(bookUnreadable);
  use.atEnd(() => books.close());
  const url = use.config.url ?? (await addressOf(use.config.dataDir, books));
  if (url === null) return { books, server: null };
  const server = openAdminClient(url, use.config.adminToken);
  use.atEnd(() => server.close());
  return { books, server };
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
