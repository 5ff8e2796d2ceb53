import { Type } from 'typebox';
import { FluxError } from '../../../engine/domain/flux-error.ts';
import { processTree } from '../../bench/process-cpu.ts';
import { partFault } from '../fault/chaos-fault.ts';
import { processRefSchema, signalProcess, untilStill } from './still-process.ts';

/** Threads of a Java process finish what they have in hand before they notice. */
const stillMs = 10_000;

/** SIGSTOP and SIGCONT to a process and its children: a long collection, a suspended machine. Connections stay open. */
export const pause = partFault({
  name: 'pause',
  summary: 'The process stands still (SIGSTOP) and goes on later: connections stay, nothing answers, its clocks go on.',
  targets: ['server', 'worker', 'redis', 'sentinel', 'kafka', 'postgres'],
  parameters: Type.Object({}, { additionalProperties: false }),
  note: Type.Object({ processes: Type.Array(processRefSchema, { minItems: 1 }) }),
  lasts: 'while',
  needs: () => ['native'],
  says: (target) => `${target} stands still`,
  async prepare({ target, system }) {
    const runs = target.process();
    if (runs === null) throw new FluxError('not_found', `no process of ${target.name} runs: it cannot be paused`);
    // The process first: once it stands still it can have no more children.
    const children = (await processTree(runs.pid)).slice(1);
    const processes = children.flatMap((pid) => {
      const identity = system.identityOf(pid);
      return identity === undefined ? [] : [{ pid, identity }];
    });
    return { processes: [{ pid: runs.pid, identity: runs.identity }, ...processes] };
  },
  async inject({ target, system }, { processes }) {
    const [sent] = processes.map((each) => signalProcess(each, 'SIGSTOP', system.identityOf));
    const [first] = processes;
    const seen = sent === true && first !== undefined && (await untilStill(first.pid, stillMs));
    const what = `process ${first?.pid} of ${target.name} ${seen ? 'stands still (state T)' : 'did not stop'}`;
    return { seen, what, facts: { processes: processes.length } };
  },
  async undo({ processes }, { identityOf }) {
    for (const each of processes) signalProcess(each, 'SIGCONT', identityOf);
  },
});
