/** Moves virtual time. Everything that happens in a world happens in one of its steps, one after the other. */
export interface Scheduler {
  /** Milliseconds since the world began. */
  readonly nowMs: number;
  /** How many steps there were: no two worlds of one seed differ in it. */
  readonly steps: number;
  /** A digest of when each step was, in order: two runs of one seed end with the same. */
  digest(): number;
  /** Of two with one moment the first to be planned runs first. A moment that has passed is now. */
  at(atMs: number, run: () => void): void;
  /** A deadline: whoever asks for it gets a way to take it back, and what was taken back is no step. */
  deadline(atMs: number, run: () => void): () => void;
  /** Runs once the present step has nothing left to do, before time moves. */
  endOfTurn(run: () => void): void;
  /** Until nothing is planned up to `untilMs`, or `isOver` after a step. Time then stands at the last step, or at `untilMs`. */
  run(untilMs: number, isOver?: () => boolean): Promise<void>;
}

interface Step {
  readonly atMs: number;
  readonly nth: number;
  /** Null where it was taken back. */
  run: (() => void) | null;
}

/** `drained` calls back each time when everything that can run without waiting for anything has run, until it is told false. */
export function createScheduler(drained: (goOn: () => boolean) => void): Scheduler {
  /** A binary heap: the earliest step at 0. */
  const planned: Step[] = [];
  let turnEnds: (() => void)[] = [];
  let nth = 0;
  let digest = 0x811c9dc5;

  const isBefore = (a: Step, b: Step) => a.atMs < b.atMs || (a.atMs === b.atMs && a.nth < b.nth);

  function push(step: Step): void {
    let hole = planned.length;
    planned.push(step);
    while (hole > 0) {
      const parentAt = (hole - 1) >> 1;
      const parent = planned[parentAt];
      if (parent === undefined || !isBefore(step, parent)) break;
      planned[hole] = parent;
      hole = parentAt;
    }
    planned[hole] = step;
  }

  function pop(): void {
    const last = planned.pop();
    if (last === undefined || planned.length === 0) return;
    let hole = 0;
    for (;;) {
      let childAt = 2 * hole + 1;
      let child = planned[childAt];
      if (child === undefined) break;
      const other = planned[childAt + 1];
      if (other !== undefined && isBefore(other, child)) {
        child = other;
        childAt += 1;
      }
      if (!isBefore(child, last)) break;
      planned[hole] = child;
      hole = childAt;
    }
    planned[hole] = last;
  }

  /** What happens next, up to `untilMs`; time moves to it. The digest is FNV-1a over microseconds and the number of each step. */
  function takeNext(untilMs: number): (() => void) | null {
    for (let step = planned[0]; step !== undefined && step.atMs <= untilMs; step = planned[0]) {
      pop();
      if (step.run === null) continue;
      scheduler.nowMs = step.atMs;
      scheduler.steps += 1;
      digest = Math.imul(digest ^ Math.round(step.atMs * 1_000), 0x01000193);
      digest = Math.imul(digest ^ step.nth, 0x01000193);
      return step.run;
    }
    return null;
  }

  // Plain fields: what has a getter in a literal keeps its world from being garbage (simulation.md).
  const scheduler: Scheduler & { nowMs: number; steps: number } = {
    nowMs: 0,
    steps: 0,
    digest: () => digest >>> 0,
    at(atMs, run) {
      nth += 1;
      push({ atMs: Math.max(scheduler.nowMs, atMs), nth, run });
    },
    deadline(atMs, run) {
      nth += 1;
      const step: Step = { atMs: Math.max(scheduler.nowMs, atMs), nth, run };
      push(step);
      return () => {
        step.run = null;
      };
    },
    endOfTurn: (run) => void turnEnds.push(run),
    run: (untilMs, isOver = () => false) =>
      new Promise((resolve, reject) => {
        let hasStepped = false;
        /** What happens next; false where nothing does. */
        const goOn = (): boolean => {
          if (turnEnds.length > 0) {
            const ends = turnEnds;
            turnEnds = [];
            for (const end of ends) end();
            return true;
          }
          if (hasStepped && isOver()) return false;
          const next = takeNext(untilMs);
          if (next === null) {
            scheduler.nowMs = Math.max(scheduler.nowMs, untilMs);
            return false;
          }
          hasStepped = true;
          next();
          return true;
        };
        drained(() => {
          try {
            const goesOn = goOn();
            if (!goesOn) resolve();
            return goesOn;
          } catch (error) {
            reject(error);
            return false;
          }
        });
      }),
  };
  return scheduler;
}
