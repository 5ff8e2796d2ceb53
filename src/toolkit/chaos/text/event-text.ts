import type { JournalEvent } from '../journal/journal-event.ts';

const phases = {
  seed: 'opening a sale',
  before: 'buyers come; waiting for the steady state',
  faults: 'steady: the timeline begins',
  recovery: 'all undone; waiting for the steady state',
  load: 'waiting for the last buyers',
  verify: 'comparing the books',
} as const;

/** What a person who watches wants to know of an event; null where nothing. Pure. */
export function eventText(event: JournalEvent): string | null {
  switch (event.kind) {
    case 'phase':
      return isPhase(event.phase) ? phases[event.phase] : event.phase;
    case 'undo_registered':
      return `${event.fault} of ${event.target} (undo ${event.id} is in the journal)`;
    case 'fault_injected':
    case 'fault_seen':
      return event.evidence.what;
    case 'fault_failed':
      return `fault ${event.id} failed: ${event.why}`;
    case 'undone':
      return `undone (${event.id})`;
    case 'undo_failed':
      return `undo ${event.id} failed: ${event.why}`;
    case 'noted':
      return event.what;
    case 'run_started':
    case 'run_ended':
    case 'system_opening':
    case 'system_closed':
    case 'experiment_started':
    case 'experiment_ended':
      return null;
    default:
      return event satisfies never;
  }
}

function isPhase(phase: string): phase is keyof typeof phases {
  return Object.hasOwn(phases, phase);
}
