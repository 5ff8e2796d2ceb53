import { chmodSync, chownSync, mkdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { FluxError } from '../../engine/domain/flux-error.ts';
import { folderFiles } from './data-folder.ts';
import { type PostgresPrograms, type ServerUser, spawnAs } from './postgres-program.ts';

/**
 * Makes the database files of a data folder. They appear under their name only when they are complete, so that a first
 * start that was killed is simply done again.
 */
export async function makeCluster(use: {
  readonly folder: string;
  readonly programs: PostgresPrograms;
  readonly runAs: ServerUser | null;
  readonly user: string;
  readonly password: string;
}): Promise<void> {
  const files = folderFiles(use.folder);
  const making = `${files.pgdata}.making`;
  rmSync(making, { recursive: true, force: true });
  mkdirSync(making, { mode: 0o700 });
  writeFileSync(files.password, use.password, { mode: 0o600 });
  if (use.runAs !== null) {
    chownSync(making, use.runAs.uid, use.runAs.gid);
    chownSync(files.password, use.runAs.uid, use.runAs.gid);
    // The server's user has to pass our folder, not to read it.
    chmodSync(use.folder, statSync(use.folder).mode | 0o011);
  }
  const args = [
    `--pgdata=${making}`,
    `--username=${use.user}`,
    `--pwfile=${files.password}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale=C',
    '--no-instructions',
  ];
  try {
    // A process group of its own: Ctrl-C in a terminal is for us, who stop in order once it is done, a second later.
    const child = spawnAs(use.runAs, use.programs.initdb, args, making, {
      detached: true,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let said = '';
    child.stderr?.on('data', (chunk: Buffer) => {
      said = (said + chunk.toString()).slice(-4_000); // the end of what it says is where the reason stands
    });
    const endWithUs = () => void child.kill();
    process.once('exit', endWithUs); // a second Ctrl-C does not wait
    const ended = await new Promise<number | null | Error>((resolve) => {
      child.once('error', resolve);
      child.once('close', resolve);
    });
    process.off('exit', endWithUs);
    if (ended !== 0) {
      const why = ended instanceof Error ? ended.message : said.trim();
      throw new FluxError('postgres_start_failed', `the embedded PostgreSQL could not make its files: ${why}`, {
        hint: 'fluxgate doctor, or another folder with --data-dir',
      });
    }
    renameSync(making, files.pgdata);
  } finally {
    rmSync(files.password, { force: true });
    rmSync(making, { recursive: true, force: true });
  }
}
