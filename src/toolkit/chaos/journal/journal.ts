import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readdirSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { Value } from 'typebox/value';
import { FluxError } from '../../../engine/domain/flux-error.ts';
import { type JournalEvent, journalEventSchema, type NewJournalEvent } from './journal-event.ts';

const fileName = 'journal.ndjson';

/** What nothing may follow that is not on the disk: a later command could not put it back. */
const announcements: readonly JournalEvent['kind'][] = ['run_started', 'system_opening', 'undo_registered'];

/** The journal of one run: an event is on the disk when `write` returns, so that no crash comes between it and what follows. */
export class Journal {
  readonly path: string;
  readonly events: JournalEvent[];
  readonly #onEvent: (event: JournalEvent) => void;

  private constructor(path: string, events: JournalEvent[], onEvent: (event: JournalEvent) => void) {
    this.path = path;
    this.events = events;
    this.#onEvent = onEvent;
  }

  /** Begins one in a folder, which is made. */
  static begin(folder: string, onEvent: (event: JournalEvent) => void = () => {}): Journal {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    return new Journal(join(folder, fileName), [], onEvent);
  }

  /** Goes on with one that a former run left behind; null where the folder has none. */
  static of(folder: string): Journal | null {
    const path = join(folder, fileName);
    return existsSync(path) ? new Journal(path, parseJournal(readFileSync(path, 'utf8')), () => {}) : null;
  }

  /**
   * @throws FluxError `report_unwritable` for what announces something: then it may not be done. Whatever else cannot be
   *   written (the disk is full, the folder has gone) must not keep faults from being undone.
   */
  write(event: NewJournalEvent): void {
    const dated = { ...event, at: new Date().toISOString() } as JournalEvent; // the same kind with its time
    try {
      const file = openSync(this.path, 'a', 0o600);
      try {
        writeSync(file, `${JSON.stringify(dated)}\n`);
        fsyncSync(file);
      } finally {
        closeSync(file);
      }
    } catch (cause) {
      if (announcements.includes(event.kind))
        throw new FluxError('report_unwritable', `the journal ${this.path} cannot be written`, { cause });
    }
    this.events.push(dated);
    this.#onEvent(dated);
  }
}

/** The events of a journal. A last line that a crash cut off is none: what it was to announce had not begun. */
export function parseJournal(text: string): JournalEvent[] {
  return text.split('\n').flatMap((line) => {
    try {
      const event: unknown = JSON.parse(line);
      return Value.Check(journalEventSchema, event) ? [event] : [];
    } catch {
      return [];
    }
  });
}

/** The folders of every run below a folder, the oldest first. */
export function runFolders(chaosDir: string): readonly string[] {
  if (!existsSync(chaosDir)) return [];
  return readdirSync(chaosDir, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(join(chaosDir, entry.name, fileName)))
    .map((entry) => join(chaosDir, entry.name))
    .sort();
}
