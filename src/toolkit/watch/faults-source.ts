import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { readFrom } from '../stack/read-end.ts';
import { pause } from './pause.ts';
import type { Seen } from './sighting.ts';

const everyMs = 500;
/** An experiment writes a few hundred lines. */
const chunkBytes = 1024 * 1024;
/** What ended before is history: the line of time of the dashboard goes as far back. */
const backMs = 120_000;

/** What is read of a line of a chaos journal (toolkit/chaos); the rest is let through unread. */
const journalEvent = Type.Object({
  kind: Type.String(),
  at: Type.String(),
  id: Type.Optional(Type.Integer()),
  fault: Type.Optional(Type.String()),
  target: Type.Optional(Type.String()),
});

const phases: Readonly<Record<string, 'on' | 'off' | 'failed'>> = {
  fault_injected: 'on',
  undone: 'off',
  fault_failed: 'failed',
  undo_failed: 'failed',
};

/** Tells faults as the journals of a chaos folder tell them. One reader a journal: it names what was announced before. */
export class JournalReader {
  readonly #run: string;
  readonly #titles = new Map<number, string>();

  constructor(run: string) {
    this.#run = run;
  }

  /** What a line says of a fault; null where it speaks of something else. */
  read(line: string): Seen<'fault'> | null {
    const event = parsed(line);
    if (event === null || event.id === undefined) return null;
    if (event.kind === 'undo_registered')
      this.#titles.set(event.id, `${event.fault ?? 'fault'} ${event.target ?? ''}`.trim());
    const phase = phases[event.kind];
    const atMs = Date.parse(event.at);
    if (phase === undefined || Number.isNaN(atMs)) return null;
    const title = this.#titles.get(event.id) ?? 'fault';
    return { kind: 'fault', atMs, fault: { id: `${this.#run} ${event.id}`, title, phase } };
  }
}

/** The faults of every run below the folder, from two minutes ago on, until the signal. A folder that is not there may come. */
export async function watchFaults(
  chaosDir: string,
  now: () => number,
  onSeen: (seen: Seen<'fault'>) => void,
  signal: AbortSignal,
): Promise<void> {
  const fromMs = now() - backMs;
  const open = new Map<string, { readonly reader: JournalReader; at: number; rest: string }>();
  while (!signal.aborted) {
    for (const path of journalsOf(chaosDir, fromMs)) {
      const journal = open.get(path) ?? { reader: new JournalReader(path), at: 0, rest: '' };
      open.set(path, journal);
      const text = orElse('', () => readFrom(path, journal.at, chunkBytes));
      journal.at += Buffer.byteLength(text);
      const lines = `${journal.rest}${text}`.split('\n');
      journal.rest = lines.pop() ?? '';
      for (const line of lines) {
        const seen = journal.reader.read(line);
        if (seen !== null && seen.atMs >= fromMs) onSeen(seen);
      }
    }
    await pause(everyMs, signal);
  }
}

function journalsOf(chaosDir: string, fromMs: number): readonly string[] {
  return orElse<readonly string[]>([], () => readdirSync(chaosDir))
    .map((run) => join(chaosDir, run, 'journal.ndjson'))
    .filter((path) => orElse(0, () => statSync(path).mtimeMs) >= fromMs);
}

/** What is not there, not ours to read or no folder shows nothing, and is looked at again: runs come and go while one watches. */
function orElse<Result>(nothing: Result, look: () => Result): Result {
  try {
    return look();
  } catch {
    return nothing;
  }
}

function parsed(line: string): { kind: string; at: string; id?: number; fault?: string; target?: string } | null {
  try {
    const event: unknown = JSON.parse(line);
    return Value.Check(journalEvent, event) ? event : null;
  } catch {
    return null; // half a line, or no journal
  }
}
