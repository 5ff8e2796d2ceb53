import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { FluxError } from '../../engine/domain/flux-error.ts';
import { serverAddress } from '../admin-client/server-address.ts';
import { processTree } from './process-cpu.ts';

/** A server in a process of its own. */
export interface BenchChild {
  readonly url: string;
  readonly pid: number;
  /** The last that it said on stderr. */
  said(): string;
  /** Ends it and whatever it started. Safe to repeat. */
  stop(): Promise<void>;
}

/** `serve` is ready within 4 s on an idle machine. */
const readyMs = 30_000;
/** Longer than `serve` takes to drain and to stop its PostgreSQL. */
const stopMs = 20_000;
const lookEveryMs = 50;
const keptErrorChars = 4_000;

/** Starts the bare route. @throws FluxError `fault` */
export async function startBareRoute(): Promise<BenchChild> {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  const program = fileURLToPath(new URL(`./bare-route.${extension}`, import.meta.url));
  const child = spawn(process.execPath, [program], { stdio: ['pipe', 'pipe', 'pipe'], detached: true });
  const said = keepErrors(child);
  let line = '';
  child.stdout.setEncoding('utf8');
  child.stdout.on('data', (text: string) => {
    line += text;
  });
  const urlOf = (): string | undefined => /"url":"([^"]+)"/.exec(line)?.[1];
  const url = await whenReady(child, 'the bare route', said, async () => urlOf());
  return { url, pid: pidOf(child), said, stop: () => stopTree(child) };
}

/** Starts `fluxgate serve` on a data folder, as an operator would, with these settings and no other of the environment. */
export async function startServe(dataDir: string, settings: BenchSettings = {}): Promise<BenchChild> {
  const child = startProgram(['serve', '--data-dir', dataDir, '--port', '0'], settings);
  child.stdout?.resume(); // nobody reads it, and a full pipe would stop the server
  const look = (): Promise<string | undefined> => serverAddress(dataDir).catch(() => undefined);
  const said = keepErrors(child);
  const url = await whenReady(child, 'fluxgate serve', said, look);
  return { url, pid: pidOf(child), said, stop: () => stopTree(child) };
}

/** Starts `fluxgate worker` in the same way; `url` is that of its health. */
export async function startWorker(settings: BenchSettings): Promise<BenchChild> {
  const child = startProgram(['worker', '--port', '0', '--json'], settings);
  let line = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    line += text;
  });
  const look = async (): Promise<string | undefined> => /"url":\s*"([^"]+)"/.exec(line)?.[1];
  const said = keepErrors(child);
  const url = await whenReady(child, 'fluxgate worker', said, look);
  return { url, pid: pidOf(child), said, stop: () => stopTree(child) };
}

/** Runs `fluxgate verify` to its end. @throws FluxError `invariant_violated` where it ends with anything but 0 */
export async function runVerify(args: readonly string[], settings: BenchSettings): Promise<void> {
  const child = startProgram(['verify', ...args], settings);
  const said = keepErrors(child);
  let text = '';
  child.stdout?.setEncoding('utf8').on('data', (more: string) => {
    text = (text + more).slice(-keptErrorChars);
  });
  const [code] = await once(child, 'close');
  if (code !== 0) throw new FluxError('invariant_violated', `fluxgate verify ended with ${code}: ${text}${said()}`);
}

/** Variables of the environment. */
export type BenchSettings = Readonly<Record<string, string>>;

function startProgram(args: readonly string[], settings: BenchSettings): ChildProcess {
  const program = fileURLToPath(new URL('../../../bin/run.js', import.meta.url));
  if (!existsSync(program)) throw new FluxError('fault', `${program} is not there: the bench needs the built program`);
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('FLUXGATE_')));
  // a group of its own: Ctrl-C reaches it through us, once; and where we are killed, it ends (bin/run.js)
  return spawn(process.execPath, [program, ...args], {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: { ...env, ...settings, __FLUXGATE_CHILD: '1' },
    detached: true,
  });
}

function pidOf(child: ChildProcess): number {
  if (child.pid === undefined) throw new FluxError('fault', 'a child process was not started');
  return child.pid;
}

/** The last that it said on stderr. */
function keepErrors(child: ChildProcess): () => string {
  let text = '';
  child.stderr?.setEncoding('utf8');
  child.stderr?.on('data', (more: string) => {
    text = (text + more).slice(-keptErrorChars);
  });
  child.on('error', (error) => {
    text += error.message;
  });
  return () => text.trim();
}

async function whenReady(
  child: ChildProcess,
  name: string,
  said: () => string,
  look: () => Promise<string | undefined>,
): Promise<string> {
  const until = Date.now() + readyMs;
  while (Date.now() < until && child.exitCode === null && child.signalCode === null) {
    const url = await look();
    if (url !== undefined) return url;
    await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
  }
  await stopTree(child);
  const why = said() === '' ? '' : `: ${said()}`;
  throw new FluxError('fault', `${name} did not get ready${why}`, { hint: 'fluxgate doctor' });
}

/** Asks it to end; what does not is killed, by its own id and those of its children. */
async function stopTree(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit'); // before anything is awaited: it may be ending by itself at this moment
  const tree = await processTree(child.pid);
  child.kill('SIGTERM');
  const late = setTimeout(() => {
    for (const pid of tree) kill(pid);
  }, stopMs);
  await ended;
  clearTimeout(late);
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // it has ended by itself
  }
}
