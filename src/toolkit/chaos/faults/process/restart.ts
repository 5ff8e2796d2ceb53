import { awayFault } from './away-fault.ts';

/** A server empties its outbox for up to 5 s, a broker hands over its partitions: twice that on a busy machine. */
const stoppedMs = 30_000;

/** An orderly stop, as a deployment or a reboot makes it; started again when the fault ends. */
export const restart = awayFault({
  name: 'restart',
  summary: 'The process is stopped in order (SIGTERM), stays away, and is started again at the end.',
  says: (target) => `${target} is restarted`,
  // PostgreSQL waits for its clients by SIGTERM; by SIGINT it ends their transactions and stops in order
  signalOf: (kind) => (kind === 'postgres' ? 'SIGINT' : 'SIGTERM'),
  endContainer: (container) => container.stop(stoppedMs / 1_000),
  goneMs: stoppedMs,
  containerGone: 'has stopped',
  processGone: 'stopped in order',
  processThere: 'does not stop',
});
