import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { totalmem } from 'node:os';
import { promisify } from 'node:util';
import { Type } from 'typebox';
import { FluxError } from '../../../../engine/domain/flux-error.ts';
import { type Evidence, partFault } from '../../fault/chaos-fault.ts';
import { partRefSchema } from '../../system/chaos-system.ts';
import { firstProcess, runningPart, runningSchema, treeOf } from './running-part.ts';
import { stackContainer } from './stack-container.ts';
import type { NotedProcess } from './still-process.ts';

const run = promisify(execFile);
const mebibyte = 1024 * 1024;
/** Docker takes no smaller limit. */
const leastContainerBytes = 6 * mebibyte;

/**
 * Of a process: RLIMIT_DATA (prlimit), its data and what it maps for itself: what it asks for beyond is refused, and most
 * programs then end. Any user may do this to processes of their own. Of a container: its control group's limit, beyond which
 * the kernel kills.
 */
export const memoryLimit = partFault({
  name: 'memory_limit',
  summary: 'The process gets only so much more memory than it has: what it asks for beyond is refused, and it may end.',
  evidence: 'the kernel shows the limit (/proc/PID/limits)',
  undoing: 'the limit that it had; started again where it ended',
  targets: ['server', 'worker', 'redis', 'sentinel', 'kafka', 'postgres'],
  parameters: Type.Object(
    {
      spareMb: Type.Optional(
        Type.Integer({ minimum: 0, maximum: 65_536, description: 'how much more it may have, in MiB; 0 without it' }),
      ),
    },
    { additionalProperties: false },
  ),
  note: Type.Object({ part: partRefSchema, running: runningSchema, before: Type.String() }),
  lasts: 'while',
  needs: () => ['linux', 'prlimit'],
  says: (target, { spareMb = 0 }) => `${target} gets no more memory than ${spareMb} MiB on top of what it has`,
  async prepare({ target, system }) {
    const running = await runningPart(target, system.identityOf);
    const before =
      running.kind === 'container'
        ? String((await (await stackContainer(running.id)).state()).memoryBytes || totalmem())
        : await softLimit(firstProcess(running).pid);
    return { part: target.ref, running, before };
  },
  async inject({ target, system, parameters: { spareMb = 0 } }, { running }): Promise<Evidence> {
    if (running.kind === 'container') {
      const container = await stackContainer(running.id);
      const bytes = leastContainerBytes + spareMb * mebibyte;
      await container.limitMemory(bytes);
      const { memoryBytes } = await container.state();
      return { seen: memoryBytes === bytes, what: `the container of ${target.name} may have ${memoryBytes} bytes` };
    }
    const limits = await Promise.all(
      running.processes.map(async (each) => limit(each, (await dataBytes(each.pid)) + spareMb * mebibyte, system)),
    );
    const { pid } = firstProcess(running);
    const now = await softLimit(pid);
    const seen = now !== '' && Number(now) === limits[0];
    return { seen, what: `process ${pid} of ${target.name} may have ${now} bytes of data`, facts: { limit: now } };
  },
  async undo({ part, running, before }, tools) {
    if (running.kind === 'container') {
      const container = await stackContainer(running.id);
      if ((await container.state().catch(() => null))?.running) await container.limitMemory(Number(before));
    } else {
      const root = firstProcess(running);
      // those that it has made meanwhile have inherited the limit
      const now = tools.identityOf(root.pid) === root.identity ? await treeOf(root, tools.identityOf) : [];
      for (const each of [...running.processes, ...now]) await limit(each, before, tools);
    }
    await tools.startAgain(part);
  },
});

/** Sets the soft limit; nothing happens to a later process with the same pid. Returns it. */
async function limit<Bytes extends number | string>(
  ref: NotedProcess,
  bytes: Bytes,
  { identityOf }: { readonly identityOf: (pid: number) => string | undefined },
): Promise<Bytes> {
  if (identityOf(ref.pid) !== ref.identity) return bytes;
  try {
    await run('prlimit', [`--pid=${ref.pid}`, `--data=${bytes}:`]);
  } catch (cause) {
    if (identityOf(ref.pid) !== ref.identity) return bytes; // it ended in between
    throw new FluxError('fault', `prlimit could not limit process ${ref.pid}: ${cause}`, { cause });
  }
  return bytes;
}

/** As prlimit takes it: a number of bytes, or `unlimited`; empty where the process has gone. */
async function softLimit(pid: number): Promise<string> {
  const text = await readFile(`/proc/${pid}/limits`, 'utf8').catch(() => '');
  return /^Max data size\s+(\S+)/m.exec(text)?.[1] ?? '';
}

/** What counts against the limit (proc_pid_status(5), VmData). */
async function dataBytes(pid: number): Promise<number> {
  const text = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return Number(/^VmData:\s+(\d+)/m.exec(text)?.[1] ?? 0) * 1024;
}
