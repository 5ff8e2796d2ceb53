import { Type } from 'typebox';
import type { Evidence } from '../../fault/chaos-fault.ts';
import { partFault } from '../../fault/chaos-fault.ts';
import { partRefSchema } from '../../system/chaos-system.ts';
import { firstProcess, runningPart, runningSchema } from './running-part.ts';
import { stackContainer } from './stack-container.ts';
import { signalProcess } from './still-process.ts';
import { untilGone } from './until-gone.ts';

/** The kernel takes back the memory of a process first. */
const goneMs = 10_000;

/** SIGKILL, as a power cut or the kernel's killer for want of memory does it; started again when the fault ends. */
export const kill = partFault({
  name: 'kill',
  summary: 'The process is killed (SIGKILL) in the middle of its work, stays away, and is started again at the end.',
  evidence: 'the process has gone',
  undoing: 'it is started again',
  targets: ['server', 'worker', 'redis', 'sentinel', 'kafka', 'postgres'],
  parameters: Type.Object({}, { additionalProperties: false }),
  note: Type.Object({ part: partRefSchema, running: runningSchema }),
  lasts: 'while',
  needs: () => [],
  says: (target) => `${target} is killed and stays away`,
  prepare: async ({ target, system }) => ({
    part: target.ref,
    running: await runningPart(target, system.identityOf),
  }),
  async inject({ target, system }, { running }): Promise<Evidence> {
    target.leaveDown();
    if (running.kind === 'container') {
      const container = await stackContainer(running.id);
      await container.kill();
      const seen = !(await container.state()).running;
      return { seen, what: `the container of ${target.name} ${seen ? 'has ended' : 'still runs'}` };
    }
    const process = firstProcess(running);
    signalProcess(process, 'SIGKILL', system.identityOf);
    const seen = await untilGone(process, system.identityOf, goneMs);
    return { seen, what: `process ${process.pid} of ${target.name} ${seen ? 'has gone' : 'is still there'}` };
  },
  undo: ({ part }, tools) => tools.startAgain(part),
});
