import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Type } from 'typebox';
import { FluxError } from '../../../../engine/domain/flux-error.ts';
import { type Evidence, partFault } from '../../fault/chaos-fault.ts';
import { type ChaosPart, type ChaosSystem, type OwnPart, partRefSchema } from '../../system/chaos-system.ts';
import { makeOlderTree } from './older-tree.ts';
import { signalProcess } from './still-process.ts';
import { untilGone } from './until-gone.ts';

/** A server empties its outbox for up to 5 s: several times that on a busy machine. */
const stoppedMs = 30_000;
/** A start takes a second or two, ten on a busy machine. */
const startedMs = 20_000;
const lookEveryMs = 20;

/**
 * Somebody deploys the wrong version. Without a tree it is an older one, which does not know the newest migration of the ledger's
 * schema and says so: a rollback that forgot the database.
 */
export const deploy = partFault({
  name: 'deploy',
  summary: 'A server or worker is replaced by another version of the program, and by its own again at the end.',
  evidence: 'it answers, or its log says why it does not start',
  undoing: 'its own version is started again',
  targets: ['server', 'worker'],
  parameters: Type.Object(
    {
      tree: Type.Optional(
        Type.String({
          minLength: 1,
          maxLength: 1_000,
          description: 'a built tree with bin/run.js; without it this program as it was before its newest migration',
        }),
      ),
    },
    { additionalProperties: false },
  ),
  note: Type.Object({ part: partRefSchema, tree: Type.String(), made: Type.Boolean() }),
  lasts: 'while',
  needs: () => ['stack'],
  says: (target, { tree }) => `${target} is replaced by ${tree === undefined ? 'an older version' : tree}`,
  async prepare({ target, system, parameters }) {
    const tree = parameters.tree ?? join(system.workDir, `older-${target.name}`);
    if (parameters.tree !== undefined && !existsSync(join(tree, 'bin', 'run.js'))) {
      throw new FluxError('not_found', `there is no built tree in ${tree}`, { hint: `cd ${tree} && npm run build` });
    }
    return { part: target.ref, tree, made: parameters.tree === undefined };
  },
  async inject({ target, system, keep }, { tree, made }): Promise<Evidence> {
    const own = ownPart(target, system);
    const program = made ? makeOlderTree(tree) : join(tree, 'bin', 'run.js');
    keep(async () => {
      await stopPart(own, system);
      own.deploy(null);
    });
    await stopPart(own, system);
    own.deploy(program);
    const saidBefore = own.logPath === null ? 0 : readFileSync(own.logPath, 'utf8').length;
    // one that does not start is started again until the undo
    const answers = own.start().then((does) => (does ? 'answers' : null));
    const refusal = refusalOf(own, saidBefore);
    const said = (await Promise.race([answers, refusal])) ?? (await answers) ?? (await refusal);
    return { seen: said !== null, what: `${target.name} from ${tree} ${said ?? 'did not start and said nothing'}` };
  },
  async undo({ part, tree, made }, tools) {
    await tools.startAgain(part);
    if (made) rmSync(tree, { recursive: true, force: true });
  },
});

function ownPart(target: ChaosPart, { servers, workers }: ChaosSystem): OwnPart {
  const own = [...servers, ...workers].find(({ name }) => name === target.name);
  if (own !== undefined) return own;
  throw new FluxError('fault', `${target.name} is no process of this program`);
}

async function stopPart(own: OwnPart, { identityOf }: ChaosSystem): Promise<void> {
  own.leaveDown();
  const runs = own.process();
  if (runs === null) return;
  const process = { pid: runs.pid, identity: runs.identity };
  signalProcess(process, 'SIGTERM', identityOf);
  if (await untilGone(process, identityOf, stoppedMs)) return;
  throw new FluxError('fault', `${own.name} did not stop within ${stoppedMs / 1_000} s`);
}

/** The first error that it writes; null where it writes none. */
async function refusalOf({ logPath }: OwnPart, from: number): Promise<string | null> {
  const until = performance.now() + startedMs;
  while (logPath !== null && performance.now() < until) {
    const error = /^\W*Error: (.+)$/m.exec(readFileSync(logPath, 'utf8').slice(from))?.[1];
    if (error !== undefined) return `says: ${error}`;
    await sleep(lookEveryMs);
  }
  return null;
}
