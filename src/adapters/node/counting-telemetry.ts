import { performance } from 'node:perf_hooks';
import { codeOf } from '../../engine/domain/flux-error.ts';
import type { Telemetry } from '../../engine/ports/telemetry.ts';

/** What it needs of a pino logger. */
export interface FlowLog {
  info(about: object, message: string): void;
  warn(about: object, message: string): void;
}

export interface CountingTelemetry extends Telemetry {
  counts(): Readonly<Record<string, number>>;
}

/** One line a second of each kind: a dependency that is away fails hundreds of times a second. */
const sameLineMs = 1_000;

/** Counts in memory and writes to the log; a fault that repeats is written once a second, with how many were left out. */
export function createCountingTelemetry(log: FlowLog): CountingTelemetry {
  const counts: Record<string, number> = {};
  const written = new Map<string, { atMs: number; leftOut: number }>();

  return {
    count(what, n = 1) {
      counts[what] = (counts[what] ?? 0) + n;
    },
    fault(where, error) {
      const name = `${where} ${codeOf(error)}`;
      const nowMs = performance.now();
      const last = written.get(name);
      if (last && nowMs - last.atMs < sameLineMs) {
        last.leftOut += 1;
        return;
      }
      written.set(name, { atMs: nowMs, leftOut: 0 });
      log.warn(
        { flow: where, err: error, ...(last?.leftOut ? { leftOut: last.leftOut } : {}) },
        'a flow failed and goes on',
      );
    },
    note: (where, text, figures) => log.info({ flow: where, ...figures }, text),
    counts: () => ({ ...counts }),
  };
}
