import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { extname } from 'node:path';
import { finished } from 'node:stream/promises';
import { FluxError } from '../../engine/domain/flux-error.ts';
import type { HistoryEntry } from './history-entry.ts';
import { type JepsenForm, type JepsenOp, jepsenForms, jepsenTypes } from './jepsen-op.ts';
import { mergedEvents } from './ordered-events.ts';

/** Written at once: a write for every operation would be a system call for each. */
const chunkChars = 65_536;

export interface JepsenExportUse {
  /** `.edn` or `.json` says the form. */
  readonly to: string;
  readonly histories: readonly string[];
  /** The order that a request asks for: the id that its key makes. Null: of a sale that is left out. */
  readonly orderIdOf: (request: HistoryEntry) => string | null;
  /** The orders of the ledger, which end the history as one read. */
  readonly orders: () => AsyncIterable<readonly string[]>;
}

/** @throws FluxError `usage` where the name says no form */
export function jepsenFormOf(path: string): JepsenForm {
  const extension = extname(path);
  if (extension === '.edn' || extension === '.json') return jepsenForms[extension];
  throw new FluxError('usage', `--export-history ${path}: the name says the form, and has to end in .edn or .json`, {
    hint: '--export-history history.edn',
  });
}

/**
 * Writes histories as one history that Jepsen's set checker and elle-cli read, ended by a read of the ledger. The file is there
 * once it is whole. Returns how many operations it has.
 * @throws FluxError `usage`, `history_unreadable`, `history_unwritable`
 */
export async function exportJepsen(use: JepsenExportUse): Promise<number> {
  const form = jepsenFormOf(use.to);
  const partial = `${use.to}.partial`;
  try {
    const file = new OpsFile(partial, form);
    const operations = await writeOps(use, file);
    await file.close();
    await rename(partial, use.to);
    return operations;
  } catch (cause) {
    await rm(partial, { force: true });
    if (cause instanceof FluxError) throw cause;
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new FluxError('history_unwritable', `${use.to} cannot be written: ${why}`, {
      hint: 'name a file that this user may write, on a disk with room: --export-history FILE',
      cause,
    });
  }
}

async function writeOps(use: JepsenExportUse, file: OpsFile): Promise<number> {
  const processes = new Processes();
  const running = new Map<HistoryEntry, number>();
  let index = 0;
  let startMs: number | null = null;
  let time = 0;
  for await (const { kind, atMs, request } of mergedEvents(use.histories)) {
    const value = use.orderIdOf(request);
    if (value === null) continue;
    startMs ??= atMs;
    time = Math.round((atMs - startMs) * 1e6);
    const { outcome, userId: user, key } = request;
    const about = { f: 'add', time, user, key } as const;
    if (kind === 'sent') {
      const process = processes.take();
      running.set(request, process);
      await file.op({ ...about, type: 'invoke', value, process, index });
    } else {
      const process = running.get(request) ?? 0;
      running.delete(request);
      const type = jepsenTypes[outcome];
      if (type !== 'info') processes.free(process);
      const heard = type === 'ok' ? (request.orderId ?? value) : value;
      await file.op({ ...about, type, value: heard, process, index, ...(type === 'ok' ? {} : { error: outcome }) });
    }
    index += 1;
  }
  const read = { f: 'read', value: null, process: processes.take(), time } as const;
  await file.op({ ...read, type: 'invoke', index });
  await file.read({ ...read, type: 'ok', index: index + 1 }, use.orders());
  return index + 2;
}

/** Numbers of logical processes: one does one thing at a time, and one that heard nothing is never used again. */
class Processes {
  readonly #free: number[] = [];
  #next = 0;

  take(): number {
    const free = this.#free.pop();
    if (free !== undefined) return free;
    this.#next += 1;
    return this.#next - 1;
  }

  free(process: number): void {
    this.#free.push(process);
  }
}

class OpsFile {
  readonly #form: JepsenForm;
  readonly #stream: ReturnType<typeof createWriteStream>;
  #text: string;
  #first = true;
  #failure: unknown = null;

  constructor(path: string, form: JepsenForm) {
    this.#form = form;
    this.#text = form.head;
    this.#stream = createWriteStream(path);
    this.#stream.on('error', (error) => {
      this.#failure ??= error;
    });
  }

  op(op: JepsenOp): Promise<void> | undefined {
    this.#begin(op);
    return this.#add(`${this.#form.value(op.value)}${this.#form.afterValue}`);
  }

  /** An operation whose value is the set of all these. */
  async read(op: JepsenOp, pages: AsyncIterable<readonly string[]>): Promise<void> {
    const { set, value, afterValue } = this.#form;
    this.#begin(op);
    let before = set.head;
    for await (const page of pages) {
      for (const one of page) {
        await this.#add(`${before}${value(one)}`);
        before = set.between;
      }
    }
    await this.#add(`${before === set.head ? set.head : ''}${set.tail}${afterValue}`);
  }

  async close(): Promise<void> {
    this.#stream.end(`${this.#text}${this.#form.tail}`);
    await finished(this.#stream);
    if (this.#failure !== null) throw this.#failure;
  }

  #begin(op: JepsenOp): void {
    this.#text += `${this.#first ? '' : this.#form.between}${this.#form.beforeValue(op)}`;
    this.#first = false;
  }

  #add(text: string): Promise<void> | undefined {
    this.#text += text;
    return this.#text.length < chunkChars ? undefined : this.#flush();
  }

  async #flush(): Promise<void> {
    const text = this.#text;
    this.#text = '';
    if (this.#failure !== null) throw this.#failure;
    if (!this.#stream.write(text)) await once(this.#stream, 'drain');
  }
}
