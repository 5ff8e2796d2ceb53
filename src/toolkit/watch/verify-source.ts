import { spawn } from 'node:child_process';
import { constants, setPriority } from 'node:os';
import { join } from 'node:path';
import type { VerifyReport } from '../verify/report-schema.ts';
import { pause } from './pause.ts';
import type { Seen, VerifySeen } from './sighting.ts';

/** Reading the books of a large sale takes minutes: it may have a twentieth of the time. */
const restShare = 20;
/** Long enough for a quiet sale to come to rest; a busy one does not, and is judged as it is. */
const waitFor = '2s';
/** A child that has been asked to end gets this long. */
const endMs = 5_000;

export interface VerifyUse {
  /** The package's folder. */
  readonly root: string;
  readonly dataDir: string;
  readonly everyMs: number;
  /** Asked before each run. The books of a server that is away may be about to be opened by its successor: then not now. */
  readonly server: () => string | null;
  readonly now: () => number;
}

/**
 * Runs `fluxgate verify` again and again until the signal, as a process of its own at low priority: it may take memory and time,
 * the dashboard may not.
 */
export async function watchVerdict(
  use: VerifyUse,
  onSeen: (seen: Seen<'verify'>) => void,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    const url = use.server();
    if (url === null) {
      await pause(1_000, signal);
      continue;
    }
    const startedMs = performance.now();
    const verify = await verifyOnce(use, url, signal);
    const tookMs = performance.now() - startedMs;
    if (signal.aborted) return;
    onSeen({ kind: 'verify', atMs: use.now(), verify });
    await pause(Math.max(use.everyMs, tookMs * restShare), signal);
  }
}

async function verifyOnce({ root, dataDir }: VerifyUse, url: string, signal: AbortSignal): Promise<VerifySeen> {
  const args = ['verify', '--json', '--wait', waitFor, '--data-dir', dataDir, '--url', url];
  const text = await outputOf(join(root, 'bin', 'run.js'), args, signal);
  return seenOf(text);
}

/** What the report, or the error, of `verify --json` says. Pure. */
export function seenOf(text: string): VerifySeen {
  const nothing = (summary: string): VerifySeen => ({
    verdict: 'inconclusive',
    summary,
    tookMs: 0,
    invariants: [],
    findings: [],
  });
  try {
    // Our own command's document, of the schema it publishes.
    const document = JSON.parse(text) as VerifyReport | { readonly error?: { readonly message?: string } };
    if (!('invariants' in document)) return nothing(document.error?.message ?? 'verify said nothing');
    return {
      verdict: document.verdict,
      summary: document.reasons[0] ?? document.summary,
      tookMs: document.tookMs,
      invariants: document.invariants.map(({ name, verdict, findingsTotal }) => ({
        name,
        verdict,
        findings: findingsTotal,
      })),
      findings: document.invariants
        .flatMap(({ findings }) => findings.map(({ invariant, text: said, look }) => ({ invariant, text: said, look })))
        .slice(0, 20),
    };
  } catch {
    return nothing(text.trim().slice(0, 200) || 'verify ended without a word');
  }
}

function outputOf(program: string, args: readonly string[], signal: AbortSignal): Promise<string> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [program, ...args], {
      stdio: ['ignore', 'pipe', 'ignore', 'ipc'],
      detached: true, // ended by us, and with us (bin/run.js), never by a Ctrl-C that is meant for us
      env: { ...process.env, __FLUXGATE_CHILD: '1' },
    });
    if (child.pid !== undefined) lower(child.pid);
    let text = '';
    const end = () => {
      child.kill('SIGTERM');
      setTimeout(() => child.kill('SIGKILL'), endMs).unref();
    };
    if (signal.aborted) end();
    signal.addEventListener('abort', end, { once: true });
    child.stdout?.on('data', (piece: Buffer) => {
      text += piece.toString();
    });
    child.on('error', (error) => resolve(error.message));
    child.on('close', () => {
      signal.removeEventListener('abort', end);
      resolve(text);
    });
  });
}

function lower(pid: number): void {
  try {
    setPriority(pid, constants.priority.PRIORITY_LOW);
  } catch {
    // gone already, or not allowed: it only goes on at the usual one
  }
}
