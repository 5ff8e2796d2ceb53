import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { FluxError } from '../../../engine/domain/flux-error.ts';
import type { ProcessRef } from '../../stack/native/service-process.ts';
import { readEnd } from '../../stack/read-end.ts';
import { treeOf } from '../faults/process/running-part.ts';
import { signalProcess } from '../faults/process/still-process.ts';
import type { OwnPart, PartRef } from './chaos-system.ts';

export interface OwnProcessUse {
  readonly kind: 'server' | 'worker';
  readonly name: string;
  /** What Node runs: the program and its arguments. */
  readonly command: readonly string[];
  readonly url: string;
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly logPath: string;
  readonly identityOf: (pid: number) => string | undefined;
  /** Told when it ended though nobody ended it: it is started again, as an operator's supervisor would. */
  readonly onEnded: (why: string) => void;
}

/** Making a database takes a second alone, and ten on a machine that does much else. */
const readyMs = 60_000;
/** A part that starts again while others are still away may not come up before them: the recovery's bound judges that. */
const answersMs = 15_000;
/** Drains for 10 s at most; embedded, its PostgreSQL then writes a checkpoint. */
const stopMs = 20_000;
const lookEveryMs = 50;
/** Between the end of one that ended by itself and the next start. */
const pauseMs = 300;
const shownLogBytes = 2_000;

/** A server or worker as a child of this process, started again when it ends, until it is left down or stopped. */
export class OwnProcess implements OwnPart {
  readonly kind: 'server' | 'worker';
  readonly name: string;
  readonly ref: PartRef;
  readonly url: string;
  readonly logPath: string;
  readonly #use: OwnProcessUse;
  #child: ChildProcess | null = null;
  #runs: ProcessRef | null = null;
  #mayRun = false;
  #stopped = false;
  #deployed: string | null = null;

  constructor(use: OwnProcessUse) {
    this.#use = use;
    this.kind = use.kind;
    this.name = use.name;
    this.ref = { name: use.name, stackDir: null };
    this.url = use.url;
    this.logPath = use.logPath;
  }

  process(): ProcessRef | null {
    return this.#runs;
  }

  containerId(): null {
    return null;
  }

  leaveDown(): void {
    this.#mayRun = false;
  }

  deploy(program: string | null): void {
    this.#deployed = program;
  }

  async start(): Promise<boolean> {
    if (this.#stopped) return false;
    this.#mayRun = true;
    if (this.#runs === null) this.#launch();
    const until = performance.now() + answersMs;
    while (performance.now() < until) {
      if (await this.#answers('/healthz')) return true;
      await sleep(lookEveryMs);
    }
    return false;
  }

  /** Starts it for the first time. @throws FluxError `server_unreachable` with the end of its log */
  async startFirst(signal: AbortSignal): Promise<void> {
    this.#mayRun = true;
    this.#launch();
    const until = performance.now() + readyMs;
    while (performance.now() < until && !signal.aborted && this.#runs !== null) {
      if (await this.#answers('/readyz')) return;
      await sleep(lookEveryMs);
    }
    this.#mayRun = false;
    if (signal.aborted) throw new FluxError('interrupted', `interrupted while ${this.name} started`);
    const said = readEnd(this.logPath, shownLogBytes).trim();
    throw new FluxError('server_unreachable', `${this.name} did not become ready\n${said}`, {
      hint: 'fluxgate doctor',
    });
  }

  /** Ends it for good, in order where it can; never waits for one that stands still. */
  async stop(): Promise<void> {
    this.#mayRun = false;
    this.#stopped = true;
    const child = this.#child;
    if (child?.pid === undefined || this.#runs === null) return;
    const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    const { identityOf } = this.#use;
    const tree = await treeOf(this.#runs, identityOf);
    child.kill('SIGCONT');
    child.kill('SIGTERM');
    const late = setTimeout(() => {
      for (const each of tree) signalProcess(each, 'SIGKILL', identityOf);
    }, stopMs);
    await gone;
    clearTimeout(late);
  }

  #launch(): void {
    const { command, cwd, env, logPath, identityOf, onEnded } = this.#use;
    const kept = Object.entries(process.env).filter(([name]) => !name.startsWith('FLUXGATE_'));
    const log = openSync(logPath, 'a', 0o600);
    // Ctrl-C is ours to answer (detached), and where we die it ends by itself (ipc, bin/run.js).
    const [program, ...args] = command;
    const child = spawn(process.execPath, [this.#deployed ?? program ?? '', ...args], {
      cwd,
      stdio: ['ignore', log, log, 'ipc'],
      env: { ...Object.fromEntries(kept), ...env, __FLUXGATE_CHILD: '1' },
      detached: true,
    });
    closeSync(log);
    this.#child = child;
    const identity = child.pid === undefined ? undefined : identityOf(child.pid);
    this.#runs = child.pid === undefined || identity === undefined ? null : { pid: child.pid, identity };
    child.once('error', () => {
      this.#runs = null;
    });
    child.once('exit', (code, by) => {
      if (this.#child !== child) return;
      this.#runs = null;
      if (!this.#mayRun) return;
      onEnded(`${this.name} ended with ${by ?? code} and is started again`);
      setTimeout(() => {
        if (this.#mayRun && this.#runs === null) this.#launch();
      }, pauseMs);
    });
  }

  async #answers(path: string): Promise<boolean> {
    try {
      const answer = await fetch(`${this.url}${path}`, { signal: AbortSignal.timeout(1_000) });
      await answer.arrayBuffer();
      return answer.ok;
    } catch {
      return false;
    }
  }
}
