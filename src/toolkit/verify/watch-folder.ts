import type { Config } from '../../config/config-schema.ts';
import { toInstant } from '../../engine/domain/time.ts';
import { serverAddress } from '../admin-client/server-address.ts';
import { pause } from '../watch/pause.ts';
import type { FolderBooks } from './open-folder.ts';
import type { VerifyReport } from './report-schema.ts';
import type { Paint } from './report-text.ts';
import type { VerifyAsk } from './verify-ask.ts';
import { verifyFolder } from './verify-folder.ts';
import { watchText } from './watch-text.ts';
import { watchVerdict } from './watch-verdict.ts';

export interface WatchFolderUse {
  readonly config: Config;
  readonly openBooks: (config: Config) => Promise<FolderBooks>;
  readonly ask: Extract<VerifyAsk, { kind: 'watch' }>;
  /** Resolves when the watch shall end. */
  readonly stop: Promise<unknown>;
  readonly print: (text: string) => void;
  readonly paint: Paint | undefined;
  /** Takes what has to be closed, however the command ends. */
  readonly atEnd: (close: () => Promise<unknown>) => void;
}

/**
 * Watches one data folder or stack, and prints what watchVerdict tells. Each round opens the books and closes them again, so that
 * whatever was restarted in between is found where it is now. Unlike a single verification a watch never starts the folder's
 * PostgreSQL: it would hold the folder's lock and keep `serve` from starting. Returns the exit code of watchVerdict.
 */
export async function watchFolder(use: WatchFolderUse): Promise<0 | 20 | 23> {
  const { ask, config } = use;
  const ends: (() => Promise<unknown>)[] = [];
  const close = async () => {
    for (let end = ends.pop(); end !== undefined; end = ends.pop()) await end();
  };
  use.atEnd(close);
  const ended = new AbortController();
  void use.stop.then(() => ended.abort());

  const round = async (): Promise<VerifyReport> => {
    // throws `server_unreachable`: one inconclusive round
    if (config.mode === 'embedded' && config.url === undefined) await serverAddress(config.dataDir);
    try {
      return await verifyFolder({
        config,
        openBooks: use.openBooks,
        ask: { ...ask, since: ask.sinceNow() },
        say: () => {},
        progress: () => {},
        atEnd: (end) => void ends.push(end),
      });
    } finally {
      await close();
    }
  };
  return watchVerdict({
    round,
    everyMs: ask.everyMs,
    clock: {
      now: () => toInstant(Date.now()),
      monotonicMs: () => performance.now(),
      sleep: (ms) => pause(ms, ended.signal),
    },
    signal: ended.signal,
    tell: (event) => use.print(ask.asJson ? JSON.stringify(event) : watchText(event, use.paint)),
  });
}
