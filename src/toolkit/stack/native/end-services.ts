import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { basename } from 'node:path';
import { roleOf, type ServiceName, type ServiceRole } from '../service-name.ts';
import { type NativeService, readStackFile } from '../stack-file.ts';
import type { StackParts } from '../stack-parts.ts';
import { isAlive, killProcess, type ProcessRef, readPidFile, removePidFile } from './service-process.ts';

/** A broker that stops in order takes 1 to 3 s. */
const orderlyMs = 15_000;
/** What `stack up` starts, helpers included; nobody else's `tail -f` on a log of ours. */
const programs: Readonly<Record<ServiceRole, readonly string[]>> = {
  redis: ['redis-server', 'valkey-server'],
  sentinel: ['redis-server', 'valkey-server'],
  kafka: ['java'],
  postgres: ['initdb', 'postgres'],
  proxy: ['node'],
};

/**
 * Ends these services of a held stack folder, whoever started them: those of the stack file, those of pid files (a start
 * that was killed halfway), and what else is at work in the folder. Returns the names of those that ran.
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
  await endStrays(stackDir, names, parts);
  return ran.flat();
}

/** Whoever is ended may have started one more in that moment (initdb does); never so many. */
const strayRounds = 5;

/** Ends the programs of these services in the folder: what was started in the moment before its starter was killed. */
async function endStrays(stackDir: string, names: readonly ServiceName[], parts: StackParts): Promise<void> {
  for (let round = 1; round <= strayRounds; round += 1) {
    const strays = straysOf(stackDir, names, parts);
    if (strays.length === 0) return;
    await Promise.all(strays.map((stray) => killProcess(stray, parts)));
  }
}

/** Damaged stack files are what `stack down` is for. */
function servicesIn(stackDir: string): readonly NativeService[] {
  try {
    return (readStackFile(stackDir)?.services ?? []).filter((service) => service.kind === 'native');
  } catch {
    return [];
  }
}

/** Programs at work in the folder, by /proc (proc(5), Linux); elsewhere the pid files have to do. */
function straysOf(stackDir: string, names: readonly ServiceName[], parts: StackParts): readonly ProcessRef[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .map(Number)
    .flatMap((pid) => {
      if (!names.some((name) => worksFor(name, stackDir, pid))) return [];
      const identity = parts.identityOf(pid);
      return identity === undefined ? [] : [{ pid, identity }];
    });
}

/**
 * Redis, Kafka and initdb have the service's folder in their command lines, PostgreSQL's children work in it, and those of
 * initdb know it by their PGDATA only (a folder beside it until it is made).
 */
function worksFor(name: ServiceName, stackDir: string, pid: number): boolean {
  try {
    const commandLine = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
    const program = commandLine.split('\0')[0] ?? '';
    const wanted = programs[roleOf(name)];
    const names = [program, readlinkSync(`/proc/${pid}/exe`)].map((path) => basename(path));
    // initdb starts PostgreSQL through a shell
    const isShell = name === 'postgres' && /^sh\0-c\0.*\bpostgres"/.test(commandLine);
    const isWanted = isShell || names.some((each) => wanted.includes(each));
    if (!isWanted) return false;
    const insides = name === 'postgres' ? ['postgres/', 'postgres.making/'] : [`${name}/`];
    const cwd = `${readlinkSync(`/proc/${pid}/cwd`)}/`;
    const pgdata = readFileSync(`/proc/${pid}/environ`, 'utf8');
    return insides
      .map((inside) => `${stackDir}/${inside}`)
      .some(
        (inside) =>
          cwd.startsWith(inside) ||
          `${commandLine}/`.replaceAll('\0', '/').includes(inside) ||
          pgdata.includes(`PGDATA=${inside.slice(0, -1)}`),
      );
  } catch {
    return false; // it has gone, or is somebody else's
  }
}
