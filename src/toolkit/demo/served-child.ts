import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { FluxError } from '../../engine/domain/flux-error.ts';
import { freePort } from '../stack/native/free-port.ts';

/** Starting includes making the database on first use: seconds on a laptop, and a slow disk may take ten times that. */
const readyMs = 60_000;
/** Serve drains for 10 s at most, then stops its PostgreSQL. */
const stopMs = 30_000;
/** What is kept of its log, for the error that says why it did not start. */
const logBytes = 4_096;

/** `fluxgate serve` as a child process on one data folder and one port, which may be killed and started again. */
export class ServedChild {
  readonly url: string;
  readonly #program: string;
  readonly #dataDir: string;
  readonly #port: number;
  #child: ChildProcess | null = null;
  #log = '';

  private constructor(program: string, dataDir: string, port: number) {
    this.#program = program;
    this.#dataDir = dataDir;
    this.#port = port;
    this.url = `http://127.0.0.1:${port}`;
  }

  /** `root` is the package's folder. */
  static async on(root: string, dataDir: string): Promise<ServedChild> {
    return new ServedChild(join(root, 'bin', 'run.js'), dataDir, await freePort());
  }

  get pid(): number | null {
    return this.#child?.pid ?? null;
  }

  /** Resolves when it takes orders. @throws FluxError `server_unreachable` with the end of its log */
  async start(signal: AbortSignal): Promise<void> {
    const args = [
      this.#program,
      'serve',
      '--data-dir',
      this.#dataDir,
      '--host',
      '127.0.0.1',
      '--port',
      String(this.#port),
    ];
    // Asked to talk little: its log is kept for the case that it does not start.
    const child = spawn(process.execPath, args, {
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      detached: true, // Ctrl-C in the terminal is ours to answer
      env: { ...process.env, FLUXGATE_LOG_LEVEL: 'warn', __FLUXGATE_CHILD: '1' },
    });
    child.stderr?.on('data', (piece: Buffer) => {
      this.#log = (this.#log + piece.toString()).slice(-logBytes);
    });
    this.#child = child;
    const end = performance.now() + readyMs;
    while (performance.now() < end && child.exitCode === null && child.signalCode === null && !signal.aborted) {
      if (await isReady(this.url)) return;
      await sleep(50);
    }
    if (signal.aborted) throw new FluxError('interrupted', 'interrupted while the server started');
    throw new FluxError('server_unreachable', `fluxgate serve did not become ready\n  ${this.#log.trim()}`, {
      hint: 'fluxgate doctor',
    });
  }

  /** SIGKILL, as a power cut would. Resolves when the process has gone; its PostgreSQL lives on. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL', stopMs);
  }

  /** SIGTERM, and SIGKILL where that takes too long. */
  async stop(): Promise<void> {
    if (!(await this.#end('SIGTERM', stopMs))) await this.kill();
  }

  async #end(signal: NodeJS.Signals, limitMs: number): Promise<boolean> {
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return true;
    const gone = new Promise<boolean>((resolve) => child.once('exit', () => resolve(true)));
    child.kill(signal);
    return Promise.race([gone, sleep(limitMs, false, { ref: false })]);
  }
}

async function isReady(url: string): Promise<boolean> {
  try {
    const answer = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(1_000) });
    await answer.arrayBuffer();
    return answer.ok;
  } catch {
    return false;
  }
}
