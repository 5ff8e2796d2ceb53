import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { Type } from 'typebox';
import { FluxError } from '../../../../engine/domain/flux-error.ts';
import { cpuSecondsOfTree } from '../../../bench/process-cpu.ts';
import { type Evidence, partFault } from '../../fault/chaos-fault.ts';
import { firstProcess, runningPart, treeOf } from './running-part.ts';
import { type NotedProcess, processRefSchema } from './still-process.ts';

const run = promisify(execFile);
/** A hog has burned this much before it counts: the target has met it by then. */
const burnedSeconds = 0.05;
const burnedMs = 10_000;
const lookEveryMs = 20;

/** Burns until whoever started it has gone: looks after its channel between two bursts. */
const hog = `process.on('disconnect', () => process.exit());
const burn = () => { const end = performance.now() + 20; while (performance.now() < end); setImmediate(burn); };
burn();`;

const pinnedSchema = Type.Object({ ...processRefSchema.properties, cpus: Type.String() });

/** The process shares one core with processes that never wait: a noisy neighbour, a backup at the wrong time. */
export const cpuHog = partFault({
  name: 'cpu_hog',
  summary: 'The process is held to one core, which it shares with processes that burn it: a noisy neighbour.',
  evidence: 'it is held to the core, and each hog has burned 50 ms there',
  undoing: 'the hogs end, and it has all its cores again',
  targets: ['server', 'worker', 'redis', 'sentinel', 'kafka', 'postgres'],
  parameters: Type.Object(
    {
      hogs: Type.Optional(
        // with 64 the target gets a 65th of a core: slower is a pause
        Type.Integer({ minimum: 1, maximum: 64, description: 'how many burn the core; 4 without it' }),
      ),
    },
    { additionalProperties: false },
  ),
  note: Type.Object({ cpu: Type.String(), pinned: Type.Array(pinnedSchema, { minItems: 1 }) }),
  lasts: 'while',
  needs: () => ['linux', 'taskset'],
  says: (target, { hogs = 4 }) => `${target} shares its core with ${hogs} that burn it`,
  async prepare({ target, system }) {
    const running = await runningPart(target, system.identityOf);
    if (running.kind === 'container') {
      throw new FluxError('not_found', `${target.name} is a container: it is held to no core`);
    }
    const pinned = await Promise.all(running.processes.map(async (each) => ({ ...each, cpus: await cpusOf(each) })));
    return { cpu: pinned[0]?.cpus.split(/[,-]/).at(-1) ?? '0', pinned };
  },
  async inject({ target, parameters: { hogs = 4 }, system, keep }, { cpu, pinned }): Promise<Evidence> {
    const children = Array.from({ length: hogs }, () => startHog(cpu));
    keep(() => endHogs(children));
    for (const each of pinned) await pin(each, cpu, system);
    const burned = await burnedBy(children);
    const held = (await cpusOf(firstProcess({ kind: 'process', processes: pinned }))) === cpu;
    return {
      seen: held && burned,
      what: `${hogs} processes burn core ${cpu}, ${target.name} ${held ? 'runs there, too' : 'runs elsewhere'}`,
    };
  },
  // Hogs end with the runner that started them, before this.
  async undo({ pinned }, tools) {
    for (const each of pinned) await pin(each, each.cpus, tools);
    const [root] = pinned;
    if (root === undefined || tools.identityOf(root.pid) !== root.identity) return;
    // those that it has made meanwhile have inherited the one core
    const known = new Set(pinned.map(({ pid }) => pid));
    const made = (await treeOf(root, tools.identityOf)).filter(({ pid }) => !known.has(pid));
    for (const each of made) await pin(each, root.cpus, tools);
  },
});

function startHog(cpu: string): ChildProcess {
  return spawn('taskset', ['-c', cpu, process.execPath, '-e', hog], { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
}

async function endHogs(children: readonly ChildProcess[]): Promise<void> {
  await Promise.all(
    children.map((child) => {
      if (child.exitCode !== null || child.signalCode !== null) return undefined;
      const gone = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGKILL');
      return gone;
    }),
  );
}

async function burnedBy(children: readonly ChildProcess[]): Promise<boolean> {
  const until = performance.now() + burnedMs;
  for (;;) {
    const seconds = await Promise.all(children.map(({ pid }) => (pid === undefined ? null : cpuSecondsOfTree(pid))));
    if (seconds.every((each) => each !== null && each >= burnedSeconds)) return true;
    if (performance.now() > until) return false;
    await sleep(lookEveryMs);
  }
}

/** The cores that a process may run on, as taskset writes them: 0,1 or 0-3. */
async function cpusOf({ pid }: NotedProcess): Promise<string> {
  const { stdout } = await run('taskset', ['-cp', String(pid)]).catch((cause: unknown) => {
    throw new FluxError('not_found', `process ${pid} has gone before it was held to a core`, { cause });
  });
  return /:\s*(\S+)\s*$/.exec(stdout)?.[1] ?? '';
}

/** All its threads; nothing happens to a later process with the same pid. */
async function pin(
  { pid, identity }: NotedProcess,
  cpus: string,
  { identityOf }: { readonly identityOf: (pid: number) => string | undefined },
): Promise<void> {
  if (identityOf(pid) !== identity) return;
  try {
    await run('taskset', ['-acp', cpus, String(pid)]);
  } catch (cause) {
    if (identityOf(pid) === identity)
      throw new FluxError('fault', `taskset could not hold ${pid}: ${cause}`, { cause });
  }
}
