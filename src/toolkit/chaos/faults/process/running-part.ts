import { type Static, Type } from 'typebox';
import { FluxError } from '../../../../engine/domain/flux-error.ts';
import { processTree } from '../../../bench/process-cpu.ts';
import type { ChaosPart } from '../../system/chaos-system.ts';
import { type NotedProcess, processRefSchema } from './still-process.ts';

/** What a part runs as, the way a note keeps it: a process with all under it, itself first, or a container. */
export const runningSchema = Type.Union([
  Type.Object({ kind: Type.Literal('process'), processes: Type.Array(processRefSchema, { minItems: 1 }) }),
  Type.Object({ kind: Type.Literal('container'), id: Type.String() }),
]);
export type Running = Static<typeof runningSchema>;

/** @throws FluxError `not_found` where nothing of it runs */
export async function runningPart(
  target: ChaosPart,
  identityOf: (pid: number) => string | undefined,
): Promise<Running> {
  const id = target.containerId();
  if (id !== null) return { kind: 'container', id };
  const runs = target.process();
  if (runs === null) throw new FluxError('not_found', `nothing of ${target.name} runs: it is down already`);
  return { kind: 'process', processes: await treeOf({ pid: runs.pid, identity: runs.identity }, identityOf) };
}

/** A process and all under it, itself first: children that PostgreSQL or a server has made meanwhile, too. */
export async function treeOf(
  root: NotedProcess,
  identityOf: (pid: number) => string | undefined,
): Promise<NotedProcess[]> {
  const children = (await processTree(root.pid)).slice(1);
  const known = children.flatMap((pid) => {
    const identity = identityOf(pid);
    return identity === undefined ? [] : [{ pid, identity }];
  });
  return [root, ...known];
}

/** The process itself. @throws FluxError `fault` for a container */
export function firstProcess(running: Running): NotedProcess {
  const first = running.kind === 'process' ? running.processes[0] : undefined;
  if (first !== undefined) return first;
  throw new FluxError('fault', 'a container was taken for a process of this machine');
}
