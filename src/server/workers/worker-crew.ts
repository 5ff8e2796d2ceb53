import type { Logger } from 'pino';
import { FluxError } from '../../engine/domain/flux-error.ts';
import type { WorkerEnd, WorkerPlace, WorkerProcess } from './worker-process.ts';

/** Longer than a start on a loaded machine (1 to 10 s were seen); one that hangs must not hold up a rolling restart for ever. */
const startLimitMs = 60_000;
/** A worker that died is replaced at once; one that goes on dying at most every 5 s, so that its log can be read. */
const restartDelay = { firstMs: 100, longestMs: 5_000 } as const;
/** Whoever lived this long and dies has not died of its start. */
const steadyMs = 10_000;
/** With no worker left: some 30 s of starts that fail, then whoever supervises the primary takes over. */
const maxFailedStarts = 10;

export interface CrewParts {
  readonly count: number;
  readonly start: (place: Omit<WorkerPlace, 'host' | 'port'>) => WorkerProcess;
  readonly log: Logger;
  /** Until then a worker that was told to stop has drained; killed after it. */
  readonly stopLimitMs: number;
  readonly clock: {
    readonly nowMs: () => number;
    /** Ends early, without an error, when `signal` aborts. */
    readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  };
  /** Told where the workers answer, and again should that change. */
  readonly onUrl: (url: string) => void;
}

interface Member {
  readonly process: WorkerProcess;
  readonly sinceMs: number;
}

interface Post {
  readonly number: number;
  /** Who answers. Null while another is being started for one that died. */
  member: Member | null;
  /** Deaths in a row of workers that had not become steady. */
  deaths: number;
  /** A successor is being started: whatever becomes of the present one. */
  replacing: boolean;
}

/**
 * The workers of `serve --workers`: started, replaced when they die, restarted one after another, stopped together.
 * A post keeps its number; who stands there changes.
 */
export class WorkerCrew {
  readonly #use: CrewParts;
  readonly #posts: readonly Post[];
  /** Every process that has not ended, whatever it is doing. */
  readonly #alive = new Set<WorkerProcess>();
  readonly #stopping = new AbortController();
  readonly #broken = Promise.withResolvers<never>();
  #debug = false;
  #url = '';
  #rolling: Promise<void> | null = null;

  constructor(use: CrewParts) {
    this.#use = use;
    this.#posts = Array.from({ length: use.count }, (_, at) => ({
      number: at + 1,
      member: null,
      deaths: 0,
      replacing: false,
    }));
    this.#broken.promise.catch(() => {});
  }

  /** Rejects when no worker is left and none starts any more. */
  get broken(): Promise<never> {
    return this.#broken.promise;
  }

  /**
   * Resolves when all are ready. The first one starts alone: what is wrong with all of them is said once.
   * @throws FluxError what a worker said that did not become ready; the others are stopped then
   */
  async start(): Promise<void> {
    const [first, ...others] = this.#posts;
    try {
      if (first) await this.#fill(first);
      await Promise.all(others.map((post) => this.#fill(post)));
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  /**
   * Replaces one after another: the successor answers before the present one is told to leave, so somebody listens at every
   * moment. Ends with the first successor that does not become ready; who is there stays. Asked while it runs, it does nothing.
   */
  roll(): Promise<void> {
    this.#rolling ??= this.#rollAll().finally(() => {
      this.#rolling = null;
    });
    return this.#rolling;
  }

  /** SIGUSR2 to all, and to those who come later. */
  switchDebug(): void {
    this.#debug = !this.#debug;
    for (const { member } of this.#posts) member?.process.kill('SIGUSR2');
  }

  /** Every worker drains and ends; one that does not within the limit is killed. Safe to repeat. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    const alive = [...this.#alive];
    for (const process of alive) process.kill('SIGTERM');
    await Promise.all(alive.map((process) => this.#untilGone(process)));
  }

  get #isStopping(): boolean {
    return this.#stopping.signal.aborted;
  }

  /** @throws FluxError what it said, or `fault` where it said nothing within the limit */
  async #fill(post: Post): Promise<void> {
    const process = this.#use.start({ number: post.number, debug: this.#debug });
    this.#alive.add(process);
    process.ended.then(() => this.#alive.delete(process));
    const slow = new AbortController();
    const late = this.#use.clock.sleep(startLimitMs, slow.signal).then(() => {
      if (slow.signal.aborted) return '';
      process.kill('SIGKILL');
      throw new FluxError('fault', `worker ${post.number} was not ready within ${startLimitMs / 1000} s`);
    });
    const url = await Promise.race([process.ready, late]).finally(() => slow.abort());
    const member = { process, sinceMs: this.#use.clock.nowMs() };
    post.member = member;
    process.ended.then((end) => this.#afterEnd(post, member, end));
    this.#use.log.info({ worker: post.number, workerPid: process.pid }, 'worker ready');
    if (url !== this.#url) {
      this.#url = url;
      this.#use.onUrl(url);
    }
  }

  #afterEnd(post: Post, member: Member, end: WorkerEnd): void {
    if (post.member !== member || this.#isStopping) return;
    post.member = null;
    const lived = this.#use.clock.nowMs() - member.sinceMs;
    post.deaths = lived < steadyMs ? post.deaths + 1 : 0;
    this.#use.log.error(
      { worker: post.number, workerPid: member.process.pid, ...end },
      'worker died; starting another',
    );
    if (!post.replacing) void this.#revive(post);
  }

  async #revive(post: Post): Promise<void> {
    for (let failed = 0; ; failed += 1) {
      await this.#use.clock.sleep(restartDelayMs(post.deaths + failed), this.#stopping.signal);
      if (this.#isStopping) return;
      try {
        return await this.#fill(post);
      } catch (error) {
        if (this.#isStopping) return;
        this.#use.log.error({ worker: post.number, failed: failed + 1, err: error }, 'worker does not start');
        if (failed + 1 >= maxFailedStarts && this.#posts.every(({ member }) => member === null))
          return this.#broken.reject(error);
      }
    }
  }

  async #rollAll(): Promise<void> {
    this.#use.log.info('rolling restart');
    for (const post of this.#posts) {
      const present = post.member;
      // One that is being started for one that died is new anyway.
      if (present === null) continue;
      post.replacing = true;
      try {
        await this.#fill(post);
      } catch (error) {
        if (!this.#isStopping) this.#use.log.error({ worker: post.number, err: error }, 'rolling restart given up');
        return;
      } finally {
        post.replacing = false;
        if (post.member === null && !this.#isStopping) void this.#revive(post);
      }
      if (this.#isStopping) return;
      present.process.retire();
      await this.#untilGone(present.process);
    }
    this.#use.log.info('rolling restart done');
  }

  async #untilGone(process: WorkerProcess): Promise<void> {
    const gone = new AbortController();
    const late = this.#use.clock.sleep(this.#use.stopLimitMs, gone.signal).then(() => {
      if (!gone.signal.aborted) process.kill('SIGKILL');
    });
    await process.ended;
    gone.abort();
    await late;
  }
}

/** 0 for the first death: it may have been anything. */
function restartDelayMs(deaths: number): number {
  return deaths === 0 ? 0 : Math.min(restartDelay.longestMs, restartDelay.firstMs * 2 ** (deaths - 1));
}
