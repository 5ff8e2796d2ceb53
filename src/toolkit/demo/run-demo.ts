import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FluxError } from '../../engine/domain/flux-error.ts';
import { openAdminClient } from '../admin-client/admin-client.ts';
import { initAnswer } from '../admin-client/answers.ts';
import type { LoadProgress } from '../load/load-progress.ts';
import type { LoadResult } from '../load/load-result.ts';
import { runLoad } from '../load/run-load.ts';
import type { VerifyReport } from '../verify/report-schema.ts';
import { type DemoWish, demoSale, planDemo } from './demo-plan.ts';
import type { DemoResult, DemoState, DemoStep } from './demo-state.ts';
import { count } from './demo-text.ts';
import { ServedChild } from './served-child.ts';

export interface DemoOptions extends DemoWish {
  /** The package's folder, where bin/run.js is. */
  readonly root: string;
  /** Null: a temporary folder of which only the report stays. */
  readonly dataDir: string | null;
  readonly signal: AbortSignal;
  readonly onState: (state: DemoState) => void;
}

/** The server is killed when this share of the stock has gone, or of the arrivals' time, whatever comes first. */
const killAfter = { stockShare: 0.4, timeShare: 0.5 } as const;
/** Rates that the sparkline shows. */
const ratesKept = 40;

/** A whole sale, seed to verdict, with one SIGKILL in the middle. Whatever happens, nothing keeps running. */
export async function runDemo(options: DemoOptions): Promise<DemoResult> {
  const folder = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'fluxgate-demo-')));
  const report = join(folder, 'report');
  const dataDir = options.dataDir ?? join(folder, 'data');
  const demo = new Demo(options, await ServedChild.on(options.root, dataDir), dataDir, report);
  let proven = false;
  try {
    await mkdir(report, { recursive: true });
    const result = await demo.run();
    proven = true;
    return result;
  } finally {
    await demo.end();
    if (options.dataDir === null) await rm(proven ? dataDir : folder, { recursive: true, force: true });
  }
}

class Demo {
  readonly #options: DemoOptions;
  readonly #server: ServedChild;
  readonly #dataDir: string;
  readonly #report: string;
  readonly #startedMs = performance.now();
  readonly #steps = new Map<string, DemoStep>();
  #state: Omit<DemoState, 'elapsedMs' | 'steps'>;
  #outage: Promise<number> | null = null;
  #stopped = false;

  constructor(options: DemoOptions, server: ServedChild, dataDir: string, report: string) {
    this.#options = options;
    this.#server = server;
    this.#dataDir = dataDir;
    this.#report = report;
    const { buyers, stock } = options;
    this.#state = {
      buyers,
      stock,
      server: { state: 'starting', pid: null },
      load: null,
      free: null,
      acceptedRates: [],
      refusedRates: [],
    };
    for (const name of ['server', 'sale', 'crowd', 'kill -9', 'verify'])
      this.#steps.set(name, { name, state: 'waiting', detail: '' });
  }

  async run(): Promise<DemoResult> {
    const { buyers, stock } = this.#options;
    await this.#step('server', 'starting PostgreSQL and the server', () => this.#startServer());
    await this.#step('sale', `opening the sale`, () => this.#openSale());
    const load = await this.#step('crowd', `${count(buyers)} buyers on their way`, () => this.#sendCrowd());
    const outageMs = this.#outage === null ? null : await this.#outage;
    const verify = await this.#step('verify', 'comparing the books', () => this.#verify());
    await Promise.all([
      writeFile(join(this.#report, 'load.json'), `${JSON.stringify(load, null, 2)}\n`),
      writeFile(join(this.#report, 'verify.json'), `${JSON.stringify(verify, null, 2)}\n`),
    ]);
    await this.end();
    return {
      verdict: verify.exitCode === 0 ? 'proven' : verify.exitCode === 20 ? 'violated' : 'inconclusive',
      summary: verify.summary,
      buyers,
      stock,
      unitsSold: stock - (this.#state.free ?? stock),
      tookMs: Math.round(performance.now() - this.#startedMs),
      outageMs,
      load,
      verify,
      report: this.#report,
    };
  }

  /** Stops the server. Safe to repeat. */
  async end(): Promise<void> {
    if (this.#stopped) return;
    this.#stopped = true;
    await this.#outage?.catch(() => {});
    await this.#server.stop();
    this.#set({ server: { state: 'stopped', pid: null } });
  }

  async #startServer(): Promise<string> {
    const startedMs = performance.now();
    await this.#server.start(this.#options.signal);
    this.#set({ server: { state: 'up', pid: this.#server.pid } });
    return `ready after ${seconds(performance.now() - startedMs)} with its own PostgreSQL, ${this.#server.url}`;
  }

  async #openSale(): Promise<string> {
    const { stock } = this.#options;
    const { saleId, productId, limitPerUser } = demoSale;
    const admin = openAdminClient(this.#server.url, process.env.FLUXGATE_ADMIN_TOKEN);
    try {
      await admin.call('POST', '/init', initAnswer, {
        saleId,
        productId,
        quantity: stock,
        limitPerUser,
        price: 4_900,
        currency: 'EUR',
      });
    } finally {
      await admin.close();
    }
    this.#set({ free: stock });
    return `${count(stock)} units, at most ${limitPerUser} a buyer`;
  }

  async #sendCrowd(): Promise<LoadResult> {
    const result = await runLoad({
      scenario: planDemo(this.#options),
      target: this.#server.url,
      saleId: demoSale.saleId,
      history: join(this.#report, 'history.ndjson'),
      signal: this.#options.signal,
      onProgress: (progress) => this.#onProgress(progress),
    });
    if (result.ended === 'interrupted') throw new FluxError('interrupted', 'interrupted while the crowd was there');
    return result;
  }

  #onProgress(load: LoadProgress): void {
    const { acceptedRates, refusedRates } = this.#state;
    const { accepted = 0, sold_out = 0, limit_reached = 0 } = load.window.outcomesPerSecond;
    const free = load.stock?.[0]?.free ?? this.#state.free;
    this.#set({
      load,
      free,
      acceptedRates: [...acceptedRates, accepted].slice(-ratesKept),
      refusedRates: [...refusedRates, sold_out + limit_reached].slice(-ratesKept),
    });
    const sold = 1 - (free ?? this.#options.stock) / Math.max(1, this.#options.stock);
    const due = sold >= killAfter.stockShare || load.elapsedMs >= killAfter.timeShare * load.planMs;
    if (due && this.#outage === null && load.phase === 'arriving') {
      this.#outage = this.#killAndRestart();
      this.#outage.catch(() => {});
    }
  }

  /** Returns how long nobody was served, in milliseconds. */
  async #killAndRestart(): Promise<number> {
    const pid = this.#server.pid;
    const startedMs = performance.now();
    this.#setStep('kill -9', 'running', `process ${pid} killed, starting it again`);
    this.#set({ server: { state: 'killed', pid } });
    await this.#server.kill();
    try {
      // Ctrl-C waits for it: the killed server's PostgreSQL lives on, and only a server that is up again takes it along.
      await this.#server.start(new AbortController().signal);
    } catch (error) {
      this.#setStep('kill -9', 'failed', 'the server did not come back');
      throw error;
    }
    const outageMs = performance.now() - startedMs;
    this.#set({ server: { state: 'up', pid: this.#server.pid } });
    this.#setStep('kill -9', 'done', `process ${pid} killed; gate rebuilt, orders again after ${seconds(outageMs)}`);
    return Math.round(outageMs);
  }

  /** Runs the command that CI and operators run, as they do. */
  async #verify(): Promise<VerifyReport> {
    const history = join(this.#report, 'history.ndjson');
    const args = ['verify', '--json', '--data-dir', this.#dataDir, '--url', this.#server.url, '--history', history];
    const text = await outputOf(join(this.#options.root, 'bin', 'run.js'), args, this.#options.signal);
    try {
      // Our own command's document, of the schema it publishes.
      const report = JSON.parse(text) as VerifyReport;
      if (report.format === 'fluxgate-verify') return report;
    } catch {
      // said below
    }
    throw new FluxError('fault', `fluxgate verify did not give a report: ${text.slice(0, 500)}`);
  }

  async #step<Result>(name: string, doing: string, run: () => Promise<Result>): Promise<Result> {
    this.#setStep(name, 'running', doing);
    const startedMs = performance.now();
    try {
      const result = await run();
      this.#setStep(
        name,
        'done',
        typeof result === 'string' ? result : `${doing}: done in ${seconds(performance.now() - startedMs)}`,
      );
      return result;
    } catch (error) {
      this.#setStep(name, 'failed', error instanceof Error ? error.message : String(error));
      throw error;
    }
  }

  #setStep(name: string, state: DemoStep['state'], detail: string): void {
    this.#steps.set(name, { name, state, detail });
    this.#set({});
  }

  #set(change: Partial<DemoState>): void {
    this.#state = { ...this.#state, ...change };
    this.#options.onState({
      ...this.#state,
      elapsedMs: Math.round(performance.now() - this.#startedMs),
      steps: [...this.#steps.values()],
    });
  }
}

function outputOf(program: string, args: readonly string[], signal: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'inherit'], signal });
    let text = '';
    child.stdout.on('data', (piece: Buffer) => {
      text += piece.toString();
    });
    child.on('error', reject);
    child.on('close', () => resolve(text));
  });
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
