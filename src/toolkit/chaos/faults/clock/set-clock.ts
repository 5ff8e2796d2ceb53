import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Static, Type } from 'typebox';
import { FluxError } from '../../../../engine/domain/flux-error.ts';
import { type ClockSkew, clockFile, readClockSeen, trueClock, writeClockFile } from '../../clock/clock-file.ts';
import type { Evidence } from '../../fault/chaos-fault.ts';
import type { ChaosPart, ChaosSystem } from '../../system/chaos-system.ts';

/** What the undo of a fault of clocks has to know. */
export const clockNoteSchema = Type.Object({ file: Type.String() });
type ClockNote = Static<typeof clockNoteSchema>;

/** A process hears of its file at once; one that does much else hears later. */
const heardMs = 5_000;
const lookEveryMs = 10;

/** @throws FluxError `not_found` where the part was started without clocks that can be shifted */
export function noteClock(target: ChaosPart, system: ChaosSystem): ClockNote {
  const file = clockFile(system.workDir, target.name);
  if (readClockSeen(file) !== null) return { file };
  throw new FluxError('not_found', `${target.name} has no clocks that can be shifted: it did not load skewed-clock`);
}

/** Sets the clocks, and waits until the process says what it sees. */
export async function setClock(target: ChaosPart, { file }: ClockNote, skew: ClockSkew): Promise<Evidence> {
  writeClockFile(file, skew);
  const until = performance.now() + heardMs;
  for (;;) {
    const seen = readClockSeen(file);
    if (seen !== null && seen.jumpMs === skew.jumpMs && seen.driftPpm === skew.driftPpm) {
      const offMs = Math.round(seen.nowMs - seen.machineMs);
      return {
        seen: true,
        what: `process ${seen.pid} of ${target.name} sees a clock that is ${offMs} ms off, and gains ${seen.driftPpm} ppm`,
        facts: { offMs, driftPpm: seen.driftPpm },
      };
    }
    if (performance.now() > until) return { seen: false, what: `${target.name} did not say that its clocks changed` };
    await sleep(lookEveryMs);
  }
}

/** The file goes with its run, and the process with it. */
export function undoClock({ file }: ClockNote): void {
  if (existsSync(file)) writeClockFile(file, trueClock);
}
