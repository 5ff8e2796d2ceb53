import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { FluxError } from '../../../engine/domain/flux-error.ts';
import { readEnd } from '../read-end.ts';
import type { ServiceName } from '../service-name.ts';
import type { StackParts } from '../stack-parts.ts';

/** A process that tells itself apart from a later one with its pid. */
export interface ProcessRef {
  readonly pid: number;
  readonly identity: string;
}

/** How often to ask a service that starts: well below what a person notices. */
const askEveryMs = 40;
/** One answer of a service that starts may take this long. */
const answerMs = 1_000;
/** The reason of a failed start stands in its last lines. */
const shownLogBytes = 2_000;
const killedMs = 10_000;

export function logPath(stackDir: string, name: ServiceName): string {
  return join(stackDir, `${name}.log`);
}

function pidPath(stackDir: string, name: ServiceName): string {
  return join(stackDir, `${name}.pid`);
}

/** The process that a pid file names, alive or not. */
export function readPidFile(stackDir: string, name: ServiceName): ProcessRef | undefined {
  try {
    const [pid = '', identity = ''] = readFileSync(pidPath(stackDir, name), 'utf8').trim().split(' ');
    return Number.isInteger(Number(pid)) && Number(pid) > 1 ? { pid: Number(pid), identity } : undefined;
  } catch {
    return undefined;
  }
}

export function removePidFile(stackDir: string, name: ServiceName): void {
  rmSync(pidPath(stackDir, name), { force: true });
}

export function isAlive(ref: ProcessRef, parts: Pick<StackParts, 'identityOf'>): boolean {
  return parts.identityOf(ref.pid) === ref.identity;
}

/**
 * Starts a service as a process that outlives us, in a session of its own, its output in the log, and waits until `ask`
 * succeeds. Its pid file is there before anything else happens, so that `stack down` finds it whatever becomes of us.
 * @throws FluxError `stack_start_failed` with the end of its log; then the process is gone
 */
export async function startService(use: {
  readonly stackDir: string;
  readonly name: ServiceName;
  readonly program: string;
  readonly args: readonly string[];
  readonly readyMs: number;
  readonly ask: (timeoutMs: number) => Promise<void>;
  readonly parts: StackParts;
  readonly signal?: AbortSignal | undefined;
}): Promise<ProcessRef> {
  const { stackDir, name, parts, signal } = use;
  const log = openSync(logPath(stackDir, name), 'a', 0o600);
  // Nothing of our environment (KAFKA_OPTS, JAVA_TOOL_OPTIONS, LD_PRELOAD ...) may change what a service does.
  const env = { PATH: process.env.PATH ?? '/bin:/usr/bin', HOME: stackDir, LC_ALL: 'C.UTF-8', TZ: 'UTC' };
  const child = spawn(use.program, use.args, { cwd: stackDir, env, detached: true, stdio: ['ignore', log, log] });
  closeSync(log);
  let ended: string | undefined;
  child.once('exit', (code, by) => {
    ended = `it ended with ${by ?? code}`;
  });
  child.once('error', (error) => {
    ended = error.message;
  });
  child.unref();
  const identity = child.pid === undefined ? undefined : parts.identityOf(child.pid);
  if (child.pid === undefined || identity === undefined) {
    await sleep(askEveryMs); // the event with the reason comes in the next turn
    throw startFailed(stackDir, name, ended ?? 'it ended at once');
  }
  const ref = { pid: child.pid, identity };
  writeFileSync(pidPath(stackDir, name), `${ref.pid} ${identity}\n`, { mode: 0o600 });
  const deadline = performance.now() + use.readyMs;
  for (;;) {
    const refusal = await use.ask(answerMs).then(
      () => undefined,
      (error: unknown) => error,
    );
    // Whoever answers on that port is ours only while our process lives: it may not have got the port.
    if (refusal === undefined && ended === undefined && isAlive(ref, parts)) return ref;
    if (ended !== undefined || signal?.aborted || performance.now() > deadline) {
      await killProcess(ref, parts);
      removePidFile(stackDir, name);
      if (signal?.aborted) throw new FluxError('interrupted', `the start of ${name} was interrupted`);
      throw startFailed(stackDir, name, ended ?? `it was not ready within ${use.readyMs / 1_000} s`, refusal);
    }
    await sleep(askEveryMs);
  }
}

/** Sends SIGTERM, where there is patience for it, then SIGKILL. Nothing happens to a later process with the same pid. */
export async function killProcess(ref: ProcessRef, parts: StackParts, patienceMs = 0): Promise<void> {
  if (patienceMs > 0 && (await ended(ref, parts, 'SIGTERM', patienceMs))) return;
  if (await ended(ref, parts, 'SIGKILL', killedMs)) return;
  throw new FluxError('fault', `process ${ref.pid} does not end, not even by SIGKILL`, { hint: `ps -fp ${ref.pid}` });
}

async function ended(ref: ProcessRef, parts: StackParts, by: NodeJS.Signals, waitMs: number): Promise<boolean> {
  const deadline = performance.now() + waitMs;
  if (!isAlive(ref, parts)) return true;
  try {
    process.kill(ref.pid, by);
  } catch {
    // it went by itself in between
  }
  while (isAlive(ref, parts)) {
    if (performance.now() > deadline) return false;
    await sleep(15);
  }
  return true;
}

function startFailed(stackDir: string, name: ServiceName, why: string, cause?: unknown): FluxError {
  const log = logPath(stackDir, name);
  const tail = readEnd(log, shownLogBytes).trim().split('\n').slice(-6).join('\n');
  return new FluxError('stack_start_failed', `${name} did not start: ${why}${tail === '' ? '' : `\n${tail}`}`, {
    hint: 'fluxgate doctor says what is missing on this machine; DEBUG=fluxgate shows more',
    ...(cause === undefined ? {} : { cause }),
  });
}
