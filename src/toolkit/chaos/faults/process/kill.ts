import { awayFault } from './away-fault.ts';

/** SIGKILL, as a power cut or the kernel's killer for want of memory does it; started again when the fault ends. */
export const kill = awayFault({
  name: 'kill',
  summary: 'The process is killed (SIGKILL) in the middle of its work, stays away, and is started again at the end.',
  says: (target) => `${target} is killed and stays away`,
  signalOf: () => 'SIGKILL',
  endContainer: (container) => container.kill(),
  // the kernel takes back the memory of a process first
  goneMs: 10_000,
  containerGone: 'has ended',
  processGone: 'has gone',
  processThere: 'is still there',
});
