import { setTimeout as sleep } from 'node:timers/promises';
import { Type } from 'typebox';
import { FluxError } from '../../../engine/domain/flux-error.ts';
import { partFault } from '../fault/chaos-fault.ts';
import { partRefSchema } from '../system/chaos-system.ts';
import { processRefSchema, signalProcess } from './still-process.ts';

/** The kernel takes back the memory of a process first. */
const goneMs = 10_000;
const lookEveryMs = 10;

/** SIGKILL, as a power cut or the kernel's killer for want of memory does it; started again when the fault ends. */
export const kill = partFault({
  name: 'kill',
  summary: 'The process is killed (SIGKILL) in the middle of its work, stays away, and is started again at the end.',
  targets: ['server', 'worker', 'redis', 'sentinel', 'kafka', 'postgres'],
  parameters: Type.Object({}, { additionalProperties: false }),
  note: Type.Object({ part: partRefSchema, process: processRefSchema }),
  lasts: 'while',
  needs: () => ['native'],
  says: (target) => `${target} is killed and stays away`,
  async prepare({ target }) {
    const runs = target.process();
    if (runs === null) throw new FluxError('not_found', `no process of ${target.name} runs: it cannot be killed`);
    return { part: target.ref, process: { pid: runs.pid, identity: runs.identity } };
  },
  async inject({ target, system }, { process }) {
    target.leaveDown();
    signalProcess(process, 'SIGKILL', system.identityOf);
    const until = performance.now() + goneMs;
    while (system.identityOf(process.pid) === process.identity && performance.now() < until) await sleep(lookEveryMs);
    const seen = system.identityOf(process.pid) !== process.identity;
    return { seen, what: `process ${process.pid} of ${target.name} ${seen ? 'has gone' : 'is still there'}` };
  },
  undo: ({ part }, tools) => tools.startAgain(part),
});
