import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { codeOf } from '../../../engine/domain/flux-error.ts';
import { serviceNames } from '../../stack/service-name.ts';
import { stackDown } from '../../stack/stack-down.ts';
import type { UndoTools } from '../fault/chaos-fault.ts';
import { chaosFaults } from '../fault/fault-registry.ts';
import type { ChaosHost } from '../system/chaos-host.ts';
import { Journal, runFolders } from './journal.ts';
import { isClean, leftOver, type RegisteredUndo } from './left-over.ts';

/** What became of one run that had left something behind. */
export interface Recovered {
  readonly folder: string;
  readonly undone: readonly string[];
  readonly failed: readonly { readonly what: string; readonly why: string }[];
}

/**
 * Undoes what runs that were cut off left behind: their faults, the newest first, then the systems that they had started.
 * A run whose process still lives is its own affair. Safe to repeat, and to be cut off itself.
 */
export async function undoLeftOver(
  chaosDir: string,
  host: ChaosHost,
  say: (line: string) => void,
): Promise<readonly Recovered[]> {
  const recovered: Recovered[] = [];
  for (const folder of runFolders(chaosDir)) {
    const journal = Journal.of(folder);
    const left = journal && leftOver(journal.events);
    if (journal === null || left === null || isClean(left) || isAlive(left.runner, host)) continue;
    say(`the run in ${folder} was cut off: undoing what it left`);
    const undone: string[] = [];
    const failed: Recovered['failed'][number][] = [];
    const attempt = async (what: string, act: () => Promise<unknown>): Promise<void> => {
      try {
        await act();
        undone.push(what);
      } catch (error) {
        failed.push({ what, why: error instanceof Error ? error.message : String(error) });
      }
    };
    // a stack that goes as a whole needs no service started again first; but what stands still would not hear its end
    const doomed = (stackDir: string): boolean => left.systems.some(({ path }) => stackDir.startsWith(`${path}/`));
    const closed = (path: string): boolean => !leftOver(journal.events).systems.some((system) => system.path === path);
    const undo = async ({ id, fault, target, note, ownStack }: RegisteredUndo): Promise<void> => {
      await attempt(`${fault} of ${target}`, async () => {
        try {
          await chaosFaults.get(fault)?.undo(note, toolsOf(host, doomed));
        } catch (error) {
          // what was done to a stack went with it; a run's own stack that was removed does not answer in many ways
          const hasGone = codeOf(error) === 'stack_not_running' || (ownStack !== null && closed(ownStack));
          if (!hasGone) throw error;
        }
        journal.write({ kind: 'undone', id, by: 'next_command' });
      });
    };
    for (const each of left.undos) await undo(each);
    for (const { path, stack } of left.systems) {
      await attempt(`the system in ${path}`, async () => {
        await removeSystem(path, stack, host);
        journal.write({ kind: 'system_closed', path });
      });
    }
    // once more, what could not be done while their stack was there: now it went with it
    const again = leftOver(journal.events).undos.filter(({ ownStack }) => ownStack !== null && closed(ownStack));
    for (const each of again) {
      const what = `${each.fault} of ${each.target}`;
      failed.splice(0, failed.length, ...failed.filter((one) => one.what !== what));
      await undo(each);
    }
    recovered.push({ folder, undone, failed });
  }
  return recovered;
}

function isAlive(runner: { readonly pid: number; readonly identity: string } | null, host: ChaosHost): boolean {
  return runner !== null && host.parts.identityOf(runner.pid) === runner.identity;
}

function toolsOf(host: ChaosHost, doomed: (stackDir: string) => boolean): UndoTools {
  return {
    sameRunner: false,
    identityOf: host.parts.identityOf,
    async startAgain({ name, stackDir }) {
      const service = serviceNames.find((each) => each === name);
      if (stackDir === null || service === undefined || doomed(stackDir)) return;
      await host.startService(stackDir, service);
    },
  };
}

/** Its servers and workers went with their runner: a child of ours ends when nobody watches over it. */
export async function removeSystem(path: string, stack: boolean, host: ChaosHost): Promise<void> {
  if (stack) await stackDown({ stackDir: join(path, 'stack'), keep: false, parts: host.parts });
  // embedded, the PostgreSQL of a server that was killed lives on
  else await host.parts.postgres.stop(join(path, 'server-1'), true);
  // a server that is just ending may still write its last lines
  await rm(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
}
