import { Type } from 'typebox';
import type { Evidence } from '../../fault/chaos-fault.ts';
import { partFault } from '../../fault/chaos-fault.ts';
import { firstProcess, runningPart, runningSchema } from './running-part.ts';
import { stackContainer } from './stack-container.ts';
import { signalProcess, untilStill } from './still-process.ts';

/** Threads of a Java process finish what they have in hand before they notice. */
const stillMs = 10_000;

/** SIGSTOP and SIGCONT to a process and its children: a long collection, a suspended machine. Connections stay open. */
export const pause = partFault({
  name: 'pause',
  summary: 'The process stands still (SIGSTOP) and goes on later: connections stay, nothing answers, its clocks go on.',
  evidence: 'all its threads stand still (state T)',
  undoing: 'SIGCONT',
  targets: ['server', 'worker', 'redis', 'sentinel', 'kafka', 'postgres'],
  parameters: Type.Object({}, { additionalProperties: false }),
  note: Type.Object({ running: runningSchema }),
  lasts: 'while',
  needs: () => [],
  says: (target) => `${target} stands still`,
  prepare: async ({ target, system }) => ({ running: await runningPart(target, system.identityOf) }),
  async inject({ target, system }, { running }): Promise<Evidence> {
    if (running.kind === 'container') {
      const container = await stackContainer(running.id);
      await container.pause();
      const seen = (await container.state()).paused;
      return { seen, what: `the container of ${target.name} ${seen ? 'is paused' : 'was not paused'}` };
    }
    // The process first: once it stands still it can have no more children.
    for (const each of running.processes) signalProcess(each, 'SIGSTOP', system.identityOf);
    const { pid, identity } = firstProcess(running);
    const seen = system.identityOf(pid) === identity && (await untilStill(pid, stillMs));
    const what = `process ${pid} of ${target.name} ${seen ? 'stands still (state T)' : 'did not stop'}`;
    return { seen, what, facts: { processes: running.processes.length } };
  },
  async undo({ running }, { identityOf }) {
    if (running.kind === 'container') return (await stackContainer(running.id)).unpause();
    for (const each of running.processes) signalProcess(each, 'SIGCONT', identityOf);
  },
});
