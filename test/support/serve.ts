import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findPostmaster } from '../../src/adapters/embedded-postgres/postmaster.ts';
import { type CliOptions, type CliResult, type RunningCli, startCli } from './cli.ts';
import { eventually } from './eventually.ts';

/** A `fluxgate serve` that answers. */
export interface Served {
  readonly url: string;
  /** The process that was started. */
  readonly pid: number;
  /** The process that serves; another than `pid` where the binary re-executed itself. */
  readonly servingPid: number;
  readonly cli: RunningCli;
  /** Sends the signal and waits for the end of the process. */
  end(signal: NodeJS.Signals): Promise<CliResult>;
}

/** No limit of users: tests send as one user, too. Quiet: what it says is shown where it fails. */
const defaults = { FLUXGATE_USER_RATE_PER_SECOND: '0', FLUXGATE_LOG_LEVEL: 'warn' };
/** Making the database takes a second alone, and ten on a machine that does much else. */
const readyMs = 60_000;
/** Longer than any test: a serve that a test forgot goes with its folder. */
const deadlineMs = 30 * 60_000;

/** Starts the built binary on a data folder and a free port; resolves when it is ready. @throws Error with what it said */
export async function startServe(
  dataDir: string,
  options: Pick<CliOptions, 'env' | 'entry' | 'nodeArgs'> = {},
): Promise<Served> {
  const args = ['--data-dir', dataDir, '--port', '0'];
  const cli = startCli(options.entry === undefined ? ['serve', ...args] : args, {
    ...options,
    cwd: join(dataDir, '..'),
    deadlineMs,
    env: { ...defaults, ...options.env },
  });
  let address: { readonly url: string; readonly pid: number } | undefined;
  let gone = false;
  cli.ended.then(
    () => {
      gone = true;
    },
    () => {
      gone = true;
    },
  );
  try {
    await eventually(
      'serve is ready',
      async () => {
        if (gone) throw new Error('serve ended');
        address ??= addressIn(dataDir, cli);
        return address !== undefined && (await isReady(address.url));
      },
      readyMs,
    );
  } catch (cause) {
    cli.kill('SIGKILL');
    throw new Error(`serve did not become ready:\n${cli.stdout}\n${cli.stderr}`, { cause });
  }
  if (address === undefined) throw new Error('ready without an address');
  return {
    url: address.url,
    pid: cli.pid,
    servingPid: address.pid,
    cli,
    end(signal) {
      cli.kill(signal);
      return cli.ended;
    },
  };
}

/** The process id of the PostgreSQL that runs on a data folder; undefined where none runs. */
export function postgresPid(dataDir: string): number | undefined {
  return findPostmaster(join(dataDir, 'postgres'))?.pid;
}

export async function isReady(url: string): Promise<boolean> {
  try {
    const answer = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(2_000) });
    await answer.arrayBuffer();
    return answer.status === 200;
  } catch {
    return false;
  }
}

/** What serve.json says, once it is of this start: a killed serve leaves its own behind. */
function addressIn(dataDir: string, { pid, stdout }: RunningCli): { url: string; pid: number } | undefined {
  try {
    const read: unknown = JSON.parse(readFileSync(join(dataDir, 'serve.json'), 'utf8'));
    if (typeof read !== 'object' || read === null || !('url' in read) || !('pid' in read)) return undefined;
    const url = String(read.url);
    return read.pid === pid || stdout.includes(url) ? { url, pid: Number(read.pid) } : undefined;
  } catch {
    return undefined;
  }
}
