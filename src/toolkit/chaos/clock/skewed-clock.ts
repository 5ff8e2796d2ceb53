import { watch } from 'node:fs';
import { basename, dirname } from 'node:path';
import { performance } from 'node:perf_hooks';
import { clockFileVariable, readClockFile, seenPath, writeClockFile } from './clock-file.ts';
import { shiftedClock } from './shifted-clock.ts';

/**
 * Loaded into a server of an experiment before anything else (`--import`): shifts Date and performance.now of that process
 * as its clock file says, and says what it sees. Timers stay those of the machine: a program cannot shift them from within.
 * Servers that nobody makes experiments with never load it.
 */
const path = process.env[clockFileVariable];
if (path !== undefined) shift(path);

function shift(file: string): void {
  const machineNow = Date.now.bind(Date);
  const clock = shiftedClock({ wallMs: machineNow, monotonicMs: performance.now.bind(performance) });
  const RealDate = Date;
  globalThis.Date = new Proxy(RealDate, {
    construct: (target, args: unknown[], newTarget) =>
      Reflect.construct(target, args.length === 0 ? [clock.wallMs()] : args, newTarget),
    apply: () => new RealDate(clock.wallMs()).toString(),
    get: (target, name, receiver) => (name === 'now' ? clock.wallMs : Reflect.get(target, name, receiver)),
  });
  performance.now = clock.monotonicMs;

  const read = (): void => {
    const skew = readClockFile(file);
    clock.set(skew);
    writeClockFile(seenPath(file), { ...skew, pid: process.pid, nowMs: clock.wallMs(), machineMs: machineNow() });
  };
  read();
  const watcher = watch(dirname(file), (_, name) => {
    if (name === basename(file)) read();
  });
  watcher.on('error', () => {}); // the folder goes at the end of the run
  watcher.unref();
}
