import { setTimeout as sleep } from 'node:timers/promises';
import type { Experiment } from '../experiment/experiment.ts';
import type { AnswerWindow } from '../probe/answer-window.ts';
import { askProbes } from '../probe/ask-probes.ts';
import { GuardWatch, type Sample } from '../probe/steady-state.ts';
import type { ChaosSystem } from '../system/chaos-system.ts';

/** A person sees a change, and two cores have time for the sale in between. */
const everyMs = 400;

/** Asks the probes of an experiment over and over. */
export class Sampler {
  readonly samples: Sample[] = [];
  readonly #use: SamplerUse;
  readonly #guards: GuardWatch;
  readonly #stopping = new AbortController();
  readonly #waiting = new Set<() => void>();
  #running: Promise<void> = Promise.resolve();

  constructor(use: SamplerUse) {
    this.#use = use;
    this.#guards = new GuardWatch(use.experiment.abort);
  }

  start(): void {
    this.#running = this.#run();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  /** Resolves with the next sample's arrival, or with the signal. */
  next(signal: AbortSignal): Promise<void> {
    if (signal.aborted || this.#stopping.signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const done = (): void => {
        this.#waiting.delete(done);
        signal.removeEventListener('abort', done);
        resolve();
      };
      this.#waiting.add(done);
      signal.addEventListener('abort', done, { once: true });
    });
  }

  async #run(): Promise<void> {
    const { experiment, nowMs } = this.#use;
    const steady = experiment.steadyState.map(({ probe }) => probe);
    const all = [...steady, ...experiment.abort.map(({ probe }) => probe)];
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      const atMs = nowMs();
      const values = await askProbes(all, this.#use);
      this.samples.push({ atMs, values: values.slice(0, steady.length) });
      const crossed = this.#guards.crossed(atMs, values.slice(steady.length));
      if (crossed !== null) this.#use.onCrossed(crossed);
      for (const done of [...this.#waiting]) done();
      await sleep(everyMs, undefined, { signal }).catch(() => {});
    }
    for (const done of [...this.#waiting]) done();
  }
}

interface SamplerUse {
  readonly experiment: Experiment;
  readonly system: ChaosSystem;
  readonly window: AnswerWindow;
  /** Since the timeline began. */
  readonly nowMs: () => number;
  /** Told of a guard that is crossed, at each sample anew. */
  readonly onCrossed: (what: string) => void;
}
