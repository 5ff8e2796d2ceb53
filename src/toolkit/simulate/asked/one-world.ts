import { progressOnStderr } from '../../command/progress-line.ts';
import { checkWritable, writeText } from '../../load/write-report.ts';
import { findingPage } from '../diagram/finding-page.ts';
import { type PlantedBug, partsWith } from '../hunt/bug.ts';
import { bugFilesIn, chooseBugs, onlyBug } from '../hunt/bug-files.ts';
import { planSize } from '../plan/plan-text.ts';
import { readSavedWorld, writeSavedWorld } from '../saved/saved-world.ts';
import { planOf } from '../seeds/run-seed.ts';
import { toldText } from '../text/told-text.ts';
import { traceLine } from '../text/trace-line.ts';
import { traceWorld } from './shrink-world.ts';
import type { SimulateUse } from './simulate-use.ts';
import { type AskedWorld, type ToldWorld, tellWorld } from './tell-world.ts';

export interface WorldFlags {
  readonly seed?: number | undefined;
  readonly plan?: string | undefined;
  readonly trace: boolean;
  readonly all: boolean;
  readonly html?: string | undefined;
  readonly save?: string | undefined;
  readonly planted: boolean;
  readonly bug?: readonly string[] | undefined;
}

/** A terminal that is wider makes arrows longer and nothing clearer; on a narrower one lifelines touch. */
const columnsOf = { least: 72, most: 160, default: 80 } as const;

/** `simulate --seed` and `--plan`: one world, and where it breaks a promise, why. */
export async function oneWorld(flags: WorldFlags, use: SimulateUse): Promise<unknown> {
  // refused before there is anything to lose
  for (const path of [flags.html, flags.save]) if (path !== undefined) await checkWritable(path);
  const { bug, ...asked } = await askedWorld(flags, use);
  const { parts, plant } = partsWith(bug, use.parts);
  const explains = flags.trace || flags.html !== undefined || flags.save !== undefined;
  const progress = progressOnStderr();
  const told = await tellWorld(asked, {
    ...{ parts, plant, explains },
    onProgress: (runs, smallest) => progress.tell(`shrinking: ${runs} runs, ${planSize(smallest)} left`),
  }).finally(() => progress.done());
  if (flags.trace && told.small === null) {
    const { events } = await traceWorld(told.plan, { parts, plant });
    use.print(events.map(traceLine).join('\n'));
  }
  const columns = Math.min(columnsOf.most, Math.max(columnsOf.least, process.stdout.columns ?? columnsOf.default));
  use.print(toldText(told, columns, flags));
  await writeFiles(told, bug, flags, use);
  if (told.result.broken !== null) use.endWith('invariant_violated');
  return documentOf(told, flags.seed ?? told.plan.seed, bug);
}

async function askedWorld(
  flags: WorldFlags,
  use: SimulateUse,
): Promise<AskedWorld & { readonly bug: PlantedBug | null }> {
  const bugNamed = async (names: readonly string[]) => onlyBug(chooseBugs(await bugFilesIn(use.root), names));
  const named = flags.planted ? await bugNamed(flags.bug ?? []) : null;
  if (flags.plan === undefined) {
    const seed = flags.seed ?? 0;
    const replay = `${named === null ? '' : `--planted --bug ${named.name} `}--seed ${seed}`;
    return { name: `seed ${seed}`, plan: planOf(seed, use.parts), replay, shrinks: true, bug: named };
  }
  const saved = await readSavedWorld(flags.plan);
  const bug = named ?? (saved.bug === null ? null : await bugNamed([saved.bug]));
  return { name: flags.plan, plan: saved.plan, replay: `--plan ${flags.plan}`, shrinks: false, bug };
}

async function writeFiles(told: ToldWorld, bug: PlantedBug | null, flags: WorldFlags, use: SimulateUse): Promise<void> {
  const { small } = told;
  if (flags.save !== undefined) {
    const found =
      small === null ? null : { invariant: small.broken.invariant, kind: small.broken.kind, text: small.broken.text };
    const plan = small?.plan ?? told.plan;
    await writeSavedWorld(flags.save, { format: 'fluxgate-world', version: 1, bug: bug?.name ?? null, found, plan });
    use.print(`Saved: fluxgate simulate --plan ${flags.save} --trace`);
  }
  if (flags.html === undefined) return;
  if (small === null) {
    use.print(`${flags.html} was not written: no promise was broken.`);
    return;
  }
  await writeText(flags.html, findingPage(told, small));
  use.print(`Page: ${flags.html}`);
}

/** What `--json` prints. */
function documentOf({ plan, result, small }: ToldWorld, seed: number, bug: PlantedBug | null): unknown {
  const figures = ({ broken, digest, steps, virtualMs }: ToldWorld['result']) => ({ broken, digest, steps, virtualMs });
  return {
    ...{ seed, bug: bug?.name ?? null, plan },
    ...figures(result),
    small:
      small === null
        ? null
        : {
            runs: small.runs,
            isSmallest: small.isSmallest,
            plan: small.plan,
            ...figures(small.result),
            rows: small.diagram.rows,
          },
  };
}
