import type { JournalEvent } from '../journal/journal-event.ts';
import type { ExperimentResult } from '../run/chaos-result.ts';
import { eventText } from './event-text.ts';

/** What a run tells meanwhile: a line for what happens, with the seconds since its experiment began. */
export function chaosProgress(say: (line: string) => void) {
  let sinceMs = performance.now();
  const tell = (what: string): void => {
    const seconds = ((performance.now() - sinceMs) / 1_000).toFixed(1);
    say(`${seconds.padStart(6)} s  ${what}`);
  };
  return {
    progress: tell,
    onEvent(event: JournalEvent): void {
      const text = eventText(event);
      if (text !== null) tell(text);
      if (event.kind === 'run_started' && event.seed !== null) say(`Order by seed ${event.seed}`);
      if (event.kind === 'experiment_started') say(`        ${event.name}, on sale ${event.saleId}`);
    },
    onResult(result: ExperimentResult): void {
      tell(`${result.name}: ${result.verdict}`);
      sinceMs = performance.now();
    },
  };
}
