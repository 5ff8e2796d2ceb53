import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FluxError } from '../../engine/domain/flux-error.ts';
import { type ServiceName, serviceNames } from './service-name.ts';
import { stackCommand } from './stack-command.ts';
import { type StackShape, stackVariants } from './stack-shape.ts';

export interface ServiceAddress {
  readonly host: string;
  readonly port: number;
}

/** How to reach one service of a stack. Has passwords: never print one. */
interface ReachedService extends ServiceAddress {
  readonly name: ServiceName;
  /** Of a proxied one: its own address, behind the proxy's at `host` and `port`. */
  readonly direct?: ServiceAddress;
  readonly user?: string;
  readonly password?: string;
  readonly database?: string;
}

/** A process of this machine. */
export interface NativeService extends ReachedService {
  readonly kind: 'native';
  readonly pid: number;
  /** Tells the process from a later one with the same pid. */
  readonly identity: string;
}

export interface DockerService extends ReachedService {
  readonly kind: 'docker';
  readonly containerId: string;
}

export type StackService = NativeService | DockerService;

/** What `stack up` leaves behind for every other command. */
export interface StackFile extends StackShape {
  /** Empty while a first start is under way, and after a `down` that kept the data. */
  readonly services: readonly StackService[];
}

/** Changes when an older program could not read the file any more. */
const formatVersion = 2;

export function stackFilePath(stackDir: string): string {
  return join(stackDir, 'stack.json');
}

/**
 * The stack file of a folder; null where there is none. Says nothing about whether the services still run.
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
  if (!isStackFile(read)) throw unusable(stackDir, 'is damaged');
  const { provider, variants, proxied, services } = read;
  return { provider, variants, proxied, services };
}

/** What is known of a stack where its file may be damaged; undefined where nothing is. */
export function readableShape(stackDir: string): StackShape | undefined {
  try {
    return readStackFile(stackDir) ?? undefined;
  } catch {
    return undefined;
  }
}

/** Written aside and renamed, so that a kill leaves the old one or the new one. Only its owner may read it. */
export function writeStackFile(stackDir: string, file: StackFile): void {
  const path = stackFilePath(stackDir);
  rmSync(`${path}.new`, { force: true }); // an older one would keep its mode
  writeFileSync(`${path}.new`, `${JSON.stringify({ version: formatVersion, ...file }, null, 2)}\n`, { mode: 0o600 });
  renameSync(`${path}.new`, path);
}

/** Where the service itself listens, proxied or not. */
export function directAddress({ host, port, direct }: StackService): ServiceAddress {
  return direct ?? { host, port };
}

function isStackFile(value: Readonly<Record<string, unknown>>): value is Readonly<Record<string, unknown>> & StackFile {
  const { provider, variants, proxied, services } = value;
  return (
    (provider === 'native' || provider === 'docker') &&
    Array.isArray(variants) &&
    variants.every((variant) => stackVariants.some((known) => known === variant)) &&
    typeof proxied === 'boolean' &&
    Array.isArray(services) &&
    services.every(isService)
  );
}

function isService(value: unknown): value is StackService {
  return (
    isRecord(value) &&
    serviceNames.some((name) => name === value.name) &&
    isAddress(value) &&
    (value.direct === undefined || isAddress(value.direct)) &&
    (value.kind === 'native'
      ? Number.isInteger(value.pid) && typeof value.identity === 'string'
      : value.kind === 'docker' && typeof value.containerId === 'string') &&
    ['user', 'password', 'database'].every((key) => value[key] === undefined || typeof value[key] === 'string')
  );
}

function isAddress(value: unknown): value is ServiceAddress {
  return isRecord(value) && typeof value.host === 'string' && Number.isInteger(value.port);
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
