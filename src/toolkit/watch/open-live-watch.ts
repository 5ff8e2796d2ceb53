import { join } from 'node:path';
import type { Config } from '../../config/config-schema.ts';
import { openAdminClient } from '../admin-client/admin-client.ts';
import { changeSale } from '../admin-client/change-sale.ts';
import { serverAddress } from '../admin-client/server-address.ts';
import type { StackParts } from '../stack/stack-parts.ts';
import { watchFaults } from './faults-source.ts';
import { LiveFeed } from './live-feed.ts';
import { type LogFile, watchFiles, watchStackLogs } from './log-source.ts';
import { lookAround, type Surroundings, watchProcesses } from './processes-source.ts';
import { openRecorder, type Recorder } from './recording.ts';
import { freshnessOf } from './scene.ts';
import type { Sighting } from './sighting.ts';
import { statsSource } from './stats-source.ts';
import type { SaleStep } from './ui.ts';
import { watchVerdict } from './verify-source.ts';

export interface LiveWatchUse {
  readonly root: string;
  readonly config: Config;
  readonly stackParts: StackParts;
  /** The server named by the operator; undefined: the one of the data folder. */
  readonly url: string | undefined;
  /** Null: never. Undefined: where the books are those of the server for sure. */
  readonly verifyEveryMs: number | null | undefined;
  readonly logFiles: readonly string[];
  /** Where `chaos run` writes its journals. */
  readonly chaosDir: string;
  readonly record: string | undefined;
}

export interface LiveWatch {
  readonly feed: LiveFeed;
  changeSale(saleId: string, step: SaleStep): Promise<string>;
  /** Looks at everything once, so that the state says all it can. */
  once(): Promise<void>;
  /** Starts looking again and again. */
  start(): void;
  close(): Promise<void>;
}

const verifyEveryMs = 30_000;
/** Between two looks of `once`: long enough that a rate means something. */
const onceMs = 1_000;

/**
 * Opens the live dashboard on a server that answers.
 * @throws FluxError `server_unreachable` where there is nothing to watch, `usage` for a wrong token or a file
 */
export async function openLiveWatch(use: LiveWatchUse): Promise<LiveWatch> {
  const { config, url } = use;
  const now = Date.now;
  const address = async () => url ?? (await serverAddress(config.dataDir));
  const stats = statsSource({ address, token: config.adminToken, now });
  const first = await stats.first();
  const recorder: Recorder | null =
    use.record === undefined ? null : await openRecorder(use.record, first.server, first.atMs);
  const feed = new LiveFeed(now);
  const stop = new AbortController();
  const see = (sighting: Sighting): void => {
    if (stop.signal.aborted) return;
    recorder?.write(sighting);
    feed.see(sighting);
  };
  see(first);
  const around: Surroundings = {
    dataDir: config.dataDir,
    url: url ?? null,
    stack:
      config.mode === 'stack' && url === undefined
        ? { dir: config.stackDir, parts: use.stackParts, workerPort: config.workerPort }
        : null,
  };
  const running: Promise<void>[] = [];
  return {
    feed,
    async changeSale(saleId, step) {
      const server = openAdminClient(await address(), config.adminToken);
      try {
        return (await changeSale(server, saleId, { state: stateAfter[step] })).openness;
      } finally {
        await server.close();
      }
    },
    async once() {
      see({ kind: 'processes', atMs: now(), processes: [...(await lookAround(around, []))] });
      await new Promise((resolve) => setTimeout(resolve, onceMs));
      see(await stats.first());
    },
    start() {
      running.push(stats.run(see, stop.signal), watchProcesses(around, now, see, stop.signal));
      running.push(watchFaults(use.chaosDir, now, see, stop.signal));
      running.push(watchFiles(logFilesOf(use), now, see, stop.signal));
      if (around.stack !== null) running.push(watchStackLogs(around.stack, now, see, stop.signal));
      running.push(startVerify(use, feed, see, stop.signal));
    },
    async close() {
      stop.abort();
      feed.close();
      await Promise.all(running);
      await recorder?.close();
    },
  };
}

const stateAfter = { pause: 'paused', resume: 'open', close: 'closed' } as const;

async function startVerify(
  { root, config, url, verifyEveryMs: wished }: LiveWatchUse,
  feed: LiveFeed,
  see: (sighting: Sighting) => void,
  signal: AbortSignal,
): Promise<void> {
  const off = wished === null ? 'off (--verify-every)' : url !== undefined && wished === undefined ? notOurs : null;
  if (off !== null) {
    see({
      kind: 'verify',
      atMs: Date.now(),
      verify: { verdict: 'off', summary: off, tookMs: 0, invariants: [], findings: [] },
    });
    return;
  }
  const server = () => (freshnessOf(feed.state, Date.now()).kind === 'live' ? serverUrl(feed) : null);
  const everyMs = wished ?? verifyEveryMs;
  await watchVerdict({ root, dataDir: config.dataDir, everyMs, server, now: Date.now }, see, signal);
}

/** Of a server that was named by its address the books may be anywhere. */
const notOurs = 'not run: with --url the books may be elsewhere. Here: --verify-every 30s';

function serverUrl(feed: LiveFeed): string | null {
  return feed.state.server?.name.split(' ')[0] ?? null;
}

function logFilesOf({ config, url, logFiles }: LiveWatchUse): readonly LogFile[] {
  const named = logFiles.map((path) => ({ source: path.split('/').at(-1) ?? path, path }));
  if (config.mode !== 'embedded' || url !== undefined) return named;
  return [...named, { source: 'postgres', path: join(config.dataDir, 'postgres.log') }];
}
