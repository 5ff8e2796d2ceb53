import type { Clock } from '../../engine/ports/clock.ts';
import type { KafkaLog } from './kafka-client.ts';

/** As every fault of a dependency: one line a second. A broker that is away makes 5 to 18, by each client and each try. */
const sameLineMs = 1_000;
/** Messages that are remembered: they have addresses and numbers of tries in them, not ids. */
const maxRemembered = 1_000;

/** A log that leaves a message out that it wrote less than a second ago, and says the next time how often. */
export function seldomRepeated(log: KafkaLog, clock: Pick<Clock, 'monotonicMs'>): KafkaLog {
  const written = new Map<string, { readonly atMs: number; leftOut: number }>();
  return (level, message, details) => {
    const nowMs = clock.monotonicMs();
    const line = `${message} ${String(details.error)}`; // what a broker answered stands there
    const last = written.get(line);
    if (last !== undefined && nowMs - last.atMs < sameLineMs) {
      last.leftOut += 1;
      return;
    }
    if (written.size >= maxRemembered) written.clear();
    written.set(line, { atMs: nowMs, leftOut: 0 });
    log(level, message, last?.leftOut ? { ...details, leftOut: last.leftOut } : details);
  };
}
