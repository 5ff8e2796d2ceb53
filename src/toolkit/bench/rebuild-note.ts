import { Type } from 'typebox';
import { Value } from 'typebox/value';

/** The line that a worker logs for each gate that it has opened, as far as a bench reads it. Milliseconds; `time` since 1970. */
const note = Type.Object({
  flow: Type.Literal('rebuild-gate'),
  time: Type.Number(),
  epoch: Type.Integer(),
  fencedMs: Type.Number(),
  serversMs: Type.Number(),
  deadlineMs: Type.Number(),
  markersMs: Type.Number(),
  loadedMs: Type.Number(),
  readMs: Type.Number(),
  openedMs: Type.Number(),
});

/** How long each step of a rebuild took, in milliseconds (RebuildTimes of engine/flows/rebuild-gate.ts). */
export type RebuildSteps = Omit<Type.Static<typeof note>, 'flow' | 'time' | 'epoch'>;

export interface RebuildNote {
  readonly epoch: number;
  /** By the clock of the wall, in milliseconds. */
  readonly openedAtMs: number;
  readonly tookMs: number;
  readonly steps: RebuildSteps;
}

/** The last gate opened according to a worker's log; undefined where its end says nothing of one. */
export function lastRebuild(log: string): RebuildNote | undefined {
  for (const line of log.split('\n').reverse()) {
    const read = parsed(line);
    if (!Value.Check(note, read)) continue;
    const { fencedMs, serversMs, deadlineMs, markersMs, loadedMs, readMs, openedMs, epoch, time } = read;
    return {
      epoch,
      openedAtMs: time,
      tookMs: fencedMs + serversMs + deadlineMs + markersMs + loadedMs + openedMs,
      steps: { fencedMs, serversMs, deadlineMs, markersMs, loadedMs, readMs, openedMs },
    };
  }
  return undefined;
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined; // a line that was cut, or none of the log's
  }
}
