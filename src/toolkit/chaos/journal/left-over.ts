import type { JournalEvent } from './journal-event.ts';

export type RegisteredUndo = Extract<JournalEvent, { readonly kind: 'undo_registered' }> & {
  /** The stack that the run had started for it; null for one that somebody else started, and embedded. */
  readonly ownStack: string | null;
};
export type OpenedSystem = Extract<JournalEvent, { readonly kind: 'system_opening' }>;

/** What a run has not put back, as its journal tells. */
export interface LeftOver {
  readonly runner: { readonly pid: number; readonly identity: string } | null;
  /** In the order in which they have to be undone: the newest first. */
  readonly undos: readonly RegisteredUndo[];
  readonly systems: readonly OpenedSystem[];
}

/** Replays a journal. Pure: whatever was registered and not said to be undone may be in effect. */
export function leftOver(events: readonly JournalEvent[]): LeftOver {
  let runner: LeftOver['runner'] = null;
  const undos = new Map<number, RegisteredUndo>();
  const systems = new Map<string, OpenedSystem>();
  // a run has one system at a time
  let ownStack: string | null = null;
  for (const event of events) {
    if (event.kind === 'run_started') runner = event.runner;
    if (event.kind === 'undo_registered') undos.set(event.id, { ...event, ownStack });
    if (event.kind === 'undone') undos.delete(event.id);
    if (event.kind === 'system_opening') {
      systems.set(event.path, event);
      ownStack = event.stack ? event.path : null;
    }
    if (event.kind === 'system_closed') systems.delete(event.path);
  }
  return { runner, undos: [...undos.values()].reverse(), systems: [...systems.values()].reverse() };
}

export function isClean({ undos, systems }: LeftOver): boolean {
  return undos.length === 0 && systems.length === 0;
}
