import { readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { isAlive, killProcess, type ProcessRef, readPidFile, removePidFile } from './native/service-process.ts';
import { readStackFile, type ServiceName } from './stack-file.ts';
import type { StackParts } from './stack-parts.ts';

/** A broker that stops in order takes 1 to 3 s. */
const orderlyMs = 15_000;
/** What `stack up` starts, helpers included; nobody else's `tail -f` on a log of ours. */
const programs: readonly string[] = ['redis-server', 'valkey-server', 'java', 'initdb', 'postgres'];

/**
 * Ends these services of a held stack folder, whoever started them: those of the stack file, those of pid files (a start
 * that was killed halfway), and what has the folder in its command line. Returns the names of those that ran.
 * `orderly`: their data are wanted again.
 */
export async function endServices(
  stackDir: string,
  names: readonly ServiceName[],
  parts: StackParts,
  orderly: boolean,
): Promise<readonly ServiceName[]> {
  const recorded = servicesIn(stackDir);
  const ran = await Promise.all(
    names.map(async (name) => {
      if (name === 'postgres') return (await parts.postgres.stop(stackDir, !orderly)) ? [name] : [];
      const refs = [readPidFile(stackDir, name), recorded.find((service) => service.name === name)];
      const alive = refs.filter((ref) => ref !== undefined).filter((ref) => isAlive(ref, parts));
      for (const ref of alive) await killProcess(ref, parts, orderly ? orderlyMs : 0);
      removePidFile(stackDir, name);
      return alive.length > 0 ? [name] : [];
    }),
  );
  return ran.flat();
}

/** Ends every program of a stack folder but the ones to keep: what was started in the moment before its starter was killed. */
export async function endStrays(stackDir: string, keep: readonly number[], parts: StackParts): Promise<void> {
  for (const stray of straysOf(stackDir, parts)) {
    if (!keep.includes(stray.pid)) await killProcess(stray, parts);
  }
}

/** Damaged stack files are what `stack down` is for. */
function servicesIn(stackDir: string): readonly (ProcessRef & { readonly name: ServiceName })[] {
  try {
    return readStackFile(stackDir)?.services ?? [];
  } catch {
    return [];
  }
}

/** By /proc (Linux); elsewhere the pid files have to do. */
function straysOf(stackDir: string, parts: StackParts): readonly ProcessRef[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .map(Number)
    .flatMap((pid) => {
      const [program = '', ...args] = argumentsOf(pid);
      if (!programs.includes(basename(program)) || !args.some((arg) => arg.includes(`${stackDir}/`))) return [];
      const identity = parts.identityOf(pid);
      return identity === undefined ? [] : [{ pid, identity }];
    });
}

function argumentsOf(pid: number): readonly string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
  } catch {
    return []; // it has gone
  }
}
