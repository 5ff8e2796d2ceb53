import { Type } from 'typebox';
import type { Evidence } from '../../fault/chaos-fault.ts';
import { partFault } from '../../fault/chaos-fault.ts';
import { partRefSchema } from '../../system/chaos-system.ts';
import { firstProcess, runningPart, runningSchema } from './running-part.ts';
import { stackContainer } from './stack-container.ts';
import { signalProcess } from './still-process.ts';
import { untilGone } from './until-gone.ts';

/** A server empties its outbox for up to 5 s, a broker hands over its partitions: twice that on a busy machine. */
const stoppedMs = 30_000;

/** An orderly stop, as a deployment or a reboot makes it; started again when the fault ends. */
export const restart = partFault({
  name: 'restart',
  summary: 'The process is stopped in order (SIGTERM), stays away, and is started again at the end.',
  evidence: 'the process has gone',
  undoing: 'it is started again',
  targets: ['server', 'worker', 'redis', 'sentinel', 'kafka', 'postgres'],
  parameters: Type.Object({}, { additionalProperties: false }),
  note: Type.Object({ part: partRefSchema, running: runningSchema }),
  lasts: 'while',
  needs: () => [],
  says: (target) => `${target} is restarted`,
  prepare: async ({ target, system }) => ({
    part: target.ref,
    running: await runningPart(target, system.identityOf),
  }),
  async inject({ target, system }, { running }): Promise<Evidence> {
    target.leaveDown();
    if (running.kind === 'container') {
      const container = await stackContainer(running.id);
      await container.stop(stoppedMs / 1_000);
      const seen = !(await container.state()).running;
      return { seen, what: `the container of ${target.name} ${seen ? 'has stopped' : 'still runs'}` };
    }
    const process = firstProcess(running);
    // PostgreSQL waits for its clients by SIGTERM; by SIGINT it ends their transactions and stops in order
    signalProcess(process, target.kind === 'postgres' ? 'SIGINT' : 'SIGTERM', system.identityOf);
    const seen = await untilGone(process, system.identityOf, stoppedMs);
    return { seen, what: `process ${process.pid} of ${target.name} ${seen ? 'stopped in order' : 'does not stop'}` };
  },
  undo: ({ part }, tools) => tools.startAgain(part),
});
