import { Type } from 'typebox';
import { type ChaosFault, type Evidence, partFault } from '../../fault/chaos-fault.ts';
import { type PartKind, partRefSchema } from '../../system/chaos-system.ts';
import { firstProcess, runningPart, runningSchema } from './running-part.ts';
import { type StackContainer, stackContainer } from './stack-container.ts';
import { signalProcess } from './still-process.ts';
import { untilGone } from './until-gone.ts';

/** How a part is made to end, and what is said of it. */
export interface WayOut {
  readonly name: string;
  readonly summary: string;
  says(target: string): string;
  signalOf(kind: PartKind): NodeJS.Signals;
  endContainer(container: StackContainer): Promise<void>;
  /** A process that is there for longer has not been hit. */
  readonly goneMs: number;
  readonly containerGone: string;
  readonly processGone: string;
  readonly processThere: string;
}

/** A fault that ends a part, keeps it away, and starts it again when the fault ends. */
export function awayFault(way: WayOut): ChaosFault {
  return partFault({
    name: way.name,
    summary: way.summary,
    evidence: 'the process has gone',
    undoing: 'it is started again',
    targets: ['server', 'worker', 'redis', 'sentinel', 'kafka', 'postgres'],
    parameters: Type.Object({}, { additionalProperties: false }),
    note: Type.Object({ part: partRefSchema, running: runningSchema }),
    lasts: 'while',
    needs: () => [],
    says: (target) => way.says(target),
    prepare: async ({ target, system }) => ({
      part: target.ref,
      running: await runningPart(target, system.identityOf),
    }),
    async inject({ target, system }, { running }): Promise<Evidence> {
      target.leaveDown();
      if (running.kind === 'container') {
        const container = await stackContainer(running.id);
        await way.endContainer(container);
        const seen = !(await container.state()).running;
        return { seen, what: `the container of ${target.name} ${seen ? way.containerGone : 'still runs'}` };
      }
      const process = firstProcess(running);
      signalProcess(process, way.signalOf(target.kind), system.identityOf);
      const seen = await untilGone(process, system.identityOf, way.goneMs);
      const what = `process ${process.pid} of ${target.name} ${seen ? way.processGone : way.processThere}`;
      return { seen, what };
    },
    undo: ({ part }, tools) => tools.startAgain(part),
  });
}
