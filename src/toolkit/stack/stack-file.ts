import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FluxError } from '../../engine/domain/flux-error.ts';
import { stackCommand } from './stack-command.ts';

/** In the order in which they are shown. */
export const serviceNames = ['redis', 'kafka', 'postgres'] as const;
export type ServiceName = (typeof serviceNames)[number];

/** One service of a stack: how to reach it and which process it is. Has passwords: never print one. */
export interface StackService {
  readonly name: ServiceName;
  readonly kind: 'native';
  readonly host: string;
  readonly port: number;
  readonly pid: number;
  /** Tells the process from a later one with the same pid. */
  readonly identity: string;
  readonly user?: string;
  readonly password?: string;
  readonly database?: string;
}

/** What `stack up` leaves behind for every other command. */
export interface StackFile {
  readonly services: readonly StackService[];
}

/** Changes when an older program could not read the file any more. */
const formatVersion = 1;

export function stackFilePath(stackDir: string): string {
  return join(stackDir, 'stack.json');
}

/**
 * The stack file of a folder; null where there is none. Says nothing about whether the processes still run.
 * @throws FluxError `stack_file_unusable` for a damaged one or one of another version
 */
export function readStackFile(stackDir: string): StackFile | null {
  const path = stackFilePath(stackDir);
  if (!existsSync(path)) return null;
  let read: unknown;
  try {
    read = JSON.parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    throw unusable(stackDir, 'is damaged or cannot be read', cause);
  }
  if (!isRecord(read) || read.version !== formatVersion) throw unusable(stackDir, 'is of another version of fluxgate');
  if (!Array.isArray(read.services) || !read.services.every(isService)) throw unusable(stackDir, 'is damaged');
  return { services: read.services };
}

/** Written aside and renamed, so that a kill leaves the old one or the new one. Only its owner may read it. */
export function writeStackFile(stackDir: string, file: StackFile): void {
  const path = stackFilePath(stackDir);
  rmSync(`${path}.new`, { force: true }); // an older one would keep its mode
  writeFileSync(`${path}.new`, `${JSON.stringify({ version: formatVersion, ...file }, null, 2)}\n`, { mode: 0o600 });
  renameSync(`${path}.new`, path);
}

function isService(value: unknown): value is StackService {
  return (
    isRecord(value) &&
    serviceNames.some((name) => name === value.name) &&
    value.kind === 'native' &&
    typeof value.host === 'string' &&
    Number.isInteger(value.port) &&
    Number.isInteger(value.pid) &&
    typeof value.identity === 'string' &&
    ['user', 'password', 'database'].every((key) => value[key] === undefined || typeof value[key] === 'string')
  );
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function unusable(stackDir: string, why: string, cause?: unknown): FluxError {
  return new FluxError('stack_file_unusable', `the stack file ${stackFilePath(stackDir)} ${why}`, {
    hint: `${stackCommand('down', stackDir)} && ${stackCommand('up', stackDir)}`,
    ...(cause === undefined ? {} : { cause }),
  });
}
