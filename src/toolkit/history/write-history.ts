import { type FileHandle, open } from 'node:fs/promises';
import { FluxError } from '../../engine/domain/flux-error.ts';
import { type HistoryEntry, type HistoryHeader, historyFormat, historyVersion } from './history-entry.ts';

/** Above this the disk is slower than the run and the engine waits (visible as send lag): 50,000 lines of about 320 bytes. */
const maxPendingChars = 16 * 1024 * 1024;

/** Writes a history. `write` never waits; whoever writes much asks `full` and then waits for `drained`. */
export interface HistoryWriter {
  readonly path: string;
  /** Lines given to `write` so far. */
  readonly entries: number;
  /** True while more is pending than the bound allows. */
  readonly full: boolean;
  write(entry: HistoryEntry): void;
  /** Resolves once no more than half of the bound is pending. @throws FluxError `history_unwritable` */
  drained(): Promise<void>;
  /** Writes what is pending, syncs the file to the disk and closes it. @throws FluxError `history_unwritable` */
  close(): Promise<void>;
}

/** Opens (and empties) the file and writes the header. @throws FluxError `history_unwritable` */
export async function writeHistory(
  path: string,
  about: Omit<HistoryHeader, 'format' | 'version'>,
): Promise<HistoryWriter> {
  const header: HistoryHeader = { format: historyFormat, version: historyVersion, ...about };
  let file: FileHandle;
  try {
    file = await open(path, 'w');
    await file.write(`${JSON.stringify(header)}\n`);
  } catch (cause) {
    throw unwritable(path, cause);
  }
  return new BufferedHistory(path, file);
}

function unwritable(path: string, cause: unknown): FluxError {
  return new FluxError('history_unwritable', `the history ${path} cannot be written`, {
    hint: 'name a file that this user may write, on a disk with room: --history FILE',
    cause,
  });
}

class BufferedHistory implements HistoryWriter {
  readonly path: string;
  entries = 0;
  readonly #file: FileHandle;
  #pending = '';
  #pump: Promise<void> | null = null;
  #failure: FluxError | null = null;

  constructor(path: string, file: FileHandle) {
    this.path = path;
    this.#file = file;
  }

  get full(): boolean {
    return this.#pending.length > maxPendingChars;
  }

  write(entry: HistoryEntry): void {
    this.entries += 1;
    // after a failure nothing is kept: the run ends with it, memory must not grow until then
    if (this.#failure !== null) return;
    this.#pending += `${JSON.stringify(entry)}\n`;
    this.#pump ??= this.#writeOut();
  }

  async drained(): Promise<void> {
    while (this.#pump !== null && this.#pending.length > maxPendingChars / 2) await this.#pump;
    if (this.#failure !== null) throw this.#failure;
  }

  async close(): Promise<void> {
    while (this.#pump !== null) await this.#pump;
    try {
      if (this.#failure === null) await this.#file.sync();
    } catch (cause) {
      this.#failure = unwritable(this.path, cause);
    } finally {
      await this.#file.close();
    }
    if (this.#failure !== null) throw this.#failure;
  }

  /** One write at a time; whatever came meanwhile goes into the next one. */
  async #writeOut(): Promise<void> {
    // the lines of one event-loop turn go in one write
    await new Promise(setImmediate);
    try {
      const text = this.#pending;
      this.#pending = '';
      await this.#file.appendFile(text);
    } catch (cause) {
      this.#failure ??= unwritable(this.path, cause);
      this.#pending = '';
    }
    this.#pump = this.#pending === '' ? null : this.#writeOut();
  }
}
