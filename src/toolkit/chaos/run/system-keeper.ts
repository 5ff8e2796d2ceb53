import { mkdtemp, realpath } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SystemShape } from '../experiment/experiment.ts';
import type { Journal } from '../journal/journal.ts';
import { removeSystem } from '../journal/undo-left-over.ts';
import type { ChaosHost } from '../system/chaos-host.ts';
import { openEmbedded } from '../system/open-embedded.ts';
import { openStack } from '../system/open-stack.ts';
import type { OpenUse, RunningSystem } from '../system/running-system.ts';

interface KeeperUse {
  readonly host: ChaosHost;
  readonly journal: Journal;
  readonly givenStack: string | null;
  readonly signal: AbortSignal;
  readonly progress: (what: string) => void;
  readonly onEnded: (why: string) => void;
}

/** Keeps the system under test for experiments of one shape after the other: a stack takes seconds to start. */
export class SystemKeeper {
  readonly #use: KeeperUse;
  #open: { readonly running: RunningSystem; readonly close: () => Promise<void> } | null = null;

  constructor(use: KeeperUse) {
    this.#use = use;
  }

  /** The one that runs where it has this shape; else another, in its place. @throws FluxError what `stack up` and `serve` throw */
  async systemFor(shape: SystemShape): Promise<RunningSystem> {
    if (this.#open !== null && keyOf(this.#open.running.shape) === keyOf(shape)) return this.#open.running;
    await this.close();
    const { host, journal, givenStack } = this.#use;
    const undos: (() => Promise<unknown> | unknown)[] = [];
    const path = await realpath(await mkdtemp(join(tmpdir(), 'fluxgate-chaos-')));
    const ownStack = shape.mode === 'stack' && givenStack === null;
    journal.write({ kind: 'system_opening', path, stack: ownStack });
    const close = async (): Promise<void> => {
      for (let undo = undos.pop(); undo !== undefined; undo = undos.pop()) await undo();
      await removeSystem(path, ownStack, host);
      journal.write({ kind: 'system_closed', path });
    };
    const use: OpenUse = { ...this.#use, shape, path, undo: (each) => void undos.push(each) };
    try {
      const running = shape.mode === 'stack' ? await openStack(use) : await openEmbedded(use);
      this.#open = { running, close };
      return running;
    } catch (error) {
      await close();
      throw error;
    }
  }

  /** Ends and removes what runs. Safe to repeat. */
  async close(): Promise<void> {
    const open = this.#open;
    this.#open = null;
    if (open === null) return;
    this.#use.progress('removing the system under test');
    await open.close();
  }
}

function keyOf(shape: SystemShape): string {
  return JSON.stringify(shape);
}
