import type { Config } from '../../config/config-schema.ts';
import { FluxError } from '../../engine/domain/flux-error.ts';
import type { StackParts } from '../stack/stack-parts.ts';
import { parseWait } from '../verify/parse-wait.ts';
import type { Feed } from './feed.ts';
import { type LiveWatch, openLiveWatch } from './open-live-watch.ts';
import { watchPlainly } from './plain-watch.ts';
import { readRecording } from './recording.ts';
import { ReplayFeed } from './replay-feed.ts';
import { type Scene, sceneOf } from './scene.ts';
import { onceText, summaryLine, summaryOf, type WatchSummary } from './summary.ts';
import { firstUi, type Ui } from './ui.ts';
import { WatchSession } from './watch-session.ts';

/** The flags of `fluxgate watch`, as they were typed. */
export interface WatchFlags {
  readonly url?: string | undefined;
  readonly sale?: string | undefined;
  readonly 'json-stream': boolean;
  readonly record?: string | undefined;
  readonly replay?: string | undefined;
  readonly speed?: number | undefined;
  readonly from?: string | undefined;
  readonly 'verify-every'?: string | undefined;
  readonly 'chaos-dir'?: string | undefined;
  readonly log?: readonly string[] | undefined;
}

export interface WatchUse {
  readonly flags: WatchFlags;
  readonly root: string;
  readonly loadConfig: () => Promise<Config>;
  readonly stackParts: () => Promise<StackParts>;
  /** Whether a person sits at a terminal. */
  readonly isScreen: boolean;
  readonly asksOnce: boolean;
  readonly print: (line: string) => void;
  readonly signal: AbortSignal;
  readonly atEnd: (close: () => Promise<unknown> | unknown) => void;
}

export interface WatchOutcome {
  /** What was seen last. */
  readonly summary: WatchSummary;
  /** Whether it says that an invariant is violated: only `--once` ends by it. */
  readonly violated: boolean;
}

/** Watches until somebody leaves, or once. @throws FluxError where there is nothing to watch */
export async function runWatch(use: WatchUse): Promise<WatchOutcome> {
  const { flags } = use;
  const live = flags.replay === undefined ? await openLive(use) : null;
  const feed: Feed = live?.feed ?? (await openReplay(use, flags.replay ?? ''));
  use.atEnd(() => (live === null ? feed.close() : live.close()));
  const saleId = flags.sale ?? null;
  if (saleId !== null && live !== null) checkSale(feed, saleId);
  const sceneNow = (): Scene => sceneOf(feed.state, { ...firstUi, saleId }, feed.nowMs);

  if (use.asksOnce) {
    await live?.once();
    // Without a place to begin at, a recording is asked for its end.
    if (flags.from === undefined) feed.tape?.seekTo(1);
    const summary = summaryOf(sceneNow());
    use.print(onceText(sceneNow()));
    return { summary, violated: isViolated(summary) };
  }
  live?.start();
  if (flags['json-stream'] || !use.isScreen) {
    const asLine = flags['json-stream'] ? JSON.stringify : summaryLine;
    await watchPlainly(feed, saleId, (scene) => use.print(asLine(summaryOf(scene))), use.signal);
  } else {
    await watchOnScreen(use, feed, live, saleId);
  }
  return { summary: summaryOf(sceneNow()), violated: false };
}

async function openLive({ flags, root, loadConfig, stackParts }: WatchUse): Promise<LiveWatch> {
  const wished = flags['verify-every'];
  return openLiveWatch({
    root,
    config: await loadConfig(),
    stackParts: await stackParts(),
    url: flags.url,
    verifyEveryMs: wished === undefined ? undefined : wished === 'off' ? null : parseWait(wished, '--verify-every'),
    logFiles: flags.log ?? [],
    chaosDir: flags['chaos-dir'] ?? '.fluxgate-chaos',
    record: flags.record,
  });
}

async function openReplay({ flags, isScreen, asksOnce }: WatchUse, path: string): Promise<ReplayFeed> {
  const feed = new ReplayFeed(
    await readRecording(path),
    flags.from === undefined ? 0 : parseWait(flags.from, '--from'),
  );
  if (isScreen && !asksOnce && !flags['json-stream']) feed.pace({ speed: flags.speed ?? 1, playing: true });
  return feed;
}

function checkSale({ state }: Feed, saleId: string): void {
  const known = state.server?.stats.sales.map((sale) => sale.saleId) ?? [];
  if (!known.includes(saleId)) {
    throw new FluxError('not_found', `the server has no sale ${saleId}`, { hint: 'fluxgate sale list' });
  }
}

async function watchOnScreen(use: WatchUse, feed: Feed, live: LiveWatch | null, saleId: string | null): Promise<void> {
  // React's development form, its default, keeps a measurement of every frame for ever: 50 MB a minute.
  process.env.NODE_ENV ??= 'production';
  const { openScreen } = await import('./watch-app.tsx');
  const replay: Ui['replay'] = live === null ? { speed: use.flags.speed ?? 1, playing: true } : null;
  await new Promise<void>((resolve) => {
    const session = new WatchSession({
      feed,
      ui: { ...firstUi, saleId, replay },
      changeSale: async (sale, step) => (await live?.changeSale(sale, step)) ?? '',
      onQuit: resolve,
    });
    const screen = openScreen(session);
    use.atEnd(() => {
      session.close();
      screen.close();
    });
    use.signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

function isViolated({ sale, verify }: WatchSummary): boolean {
  return sale?.counters?.kind === 'violated' || verify?.verdict === 'violated';
}
