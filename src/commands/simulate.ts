import { Flags } from '@oclif/core';
import { FluxCommand } from '../toolkit/command/flux-command.ts';
import type { BugFile } from '../toolkit/simulate/hunt/bug-files.ts';

interface SeedsFlags {
  readonly seeds?: number | undefined;
  readonly from: number;
  readonly jobs?: number | undefined;
}

export default class Simulate extends FluxCommand {
  static override summary = 'Run whole sales in simulated worlds where everything goes wrong, from seeds';
  static override description =
    'The real flows run over a simulated network and storage, under virtual time: processes die and stand still, messages are ' +
    'lost and repeated, the gate loses its state in every way it can. Then everything is mended, and the sale has to come to ' +
    'rest with every promise kept. The same seed is the same sale, step by step. Ends with 20 where a promise was broken. ' +
    'With --planted it is the simulator that is tested, in a source tree: each bug of test/planted/simulator is hunted until a ' +
    'seed meets it. Ends with 21 where one is not found within its seeds. ' +
    'With --policy nothing goes wrong: the same crowds buy under each variant of a policy (admission rate, hold time, limit, ' +
    'stock, retry advice), and what differs by more than chance is said.';
  static override examples = [
    '<%= config.bin %> simulate --seeds 2000',
    '<%= config.bin %> simulate --time 60s --jobs 2',
    '<%= config.bin %> simulate --seed 4711 --trace',
    '<%= config.bin %> simulate --planted',
    '<%= config.bin %> simulate --policy admission-rate --html policy.html',
  ];
  static override flags = {
    seeds: Flags.integer({
      description:
        'How many sales; default: 1000, with --planted 10000 for each bug at most, with --policy what its file says, for each variant',
      min: 1,
      max: 100_000_000,
      exclusive: ['seed'],
    }),
    from: Flags.integer({ description: 'The first seed', min: 0, max: 2 ** 40, default: 1, exclusive: ['seed'] }),
    time: Flags.string({
      description: 'No new sales after so long, like 60s',
      helpValue: 'TIME',
      exclusive: ['seed', 'planted', 'policy'],
    }),
    jobs: Flags.integer({ description: 'Threads; default: one for each core', min: 1, max: 256, exclusive: ['seed'] }),
    seed: Flags.integer({ description: 'Only this one', min: 0, max: 2 ** 40 }),
    trace: Flags.boolean({ description: 'Print everything that happened in it', dependsOn: ['seed'] }),
    planted: Flags.boolean({ description: 'Hunt the planted bugs of a source tree' }),
    bug: Flags.string({
      description: 'Only this one, as its file is called; with --seed: planted into it',
      multiple: true,
      dependsOn: ['planted'],
    }),
    policy: Flags.string({
      description: 'Compare the variants of this policy: a file, or the name of one that ships',
      helpValue: 'FILE',
      exclusive: ['seed', 'planted'],
    }),
    html: Flags.string({ description: 'Write a page with tables and plots', helpValue: 'FILE', dependsOn: ['policy'] }),
  };

  async run(): Promise<unknown> {
    const { flags } = await this.parse(Simulate);
    if (flags.policy !== undefined) return this.#policy(flags.policy, flags);
    if (flags.seed !== undefined) return this.#oneSeed(flags.seed, flags.trace === true, await this.#bugs(flags));
    return flags.planted ? this.#hunt(flags) : this.#manySeeds(flags);
  }

  async #manySeeds(flags: SeedsFlags & { readonly time?: string | undefined }): Promise<unknown> {
    const [{ parseWait }, { runSeeds }, text] = await Promise.all([
      import('../toolkit/verify/parse-wait.ts'),
      import('../toolkit/simulate/run-seeds.ts'),
      import('../toolkit/simulate/text/seeds-text.ts'),
    ]);
    const count = flags.seeds ?? 1_000;
    const maxMs = flags.time === undefined ? null : parseWait(flags.time, '--time');
    const beganMs = performance.now();
    const shared = await this.#sharedBySeeds(flags);
    const progress = await this.#progress();
    const tally = await runSeeds({
      ...{ ...shared, count, maxMs, plantFile: null, stopAtFirst: false },
      onProgress: (now) => progress.tell(text.seedsProgress(now, count, performance.now() - beganMs)),
    }).finally(() => progress.done());
    this.print(text.seedsText(tally, performance.now() - beganMs, shared.jobs));
    if (tally.found.length > 0) this.endWith('invariant_violated');
    return tally;
  }

  async #hunt(flags: SeedsFlags & { readonly bug?: string[] | undefined }): Promise<unknown> {
    const [{ huntBugs }, { runSeeds }, text] = await Promise.all([
      import('../toolkit/simulate/hunt/hunt-bugs.ts'),
      import('../toolkit/simulate/run-seeds.ts'),
      import('../toolkit/simulate/text/hunt-text.ts'),
    ]);
    const files = await this.#bugs({ ...flags, planted: true });
    const shared = await this.#sharedBySeeds(flags);
    const progress = await this.#progress();
    this.print(text.huntHead());
    const hunted = await huntBugs(files, {
      from: flags.from,
      nowMs: () => performance.now(),
      run: (file) =>
        runSeeds({
          ...{ ...shared, count: flags.seeds ?? 10_000, maxMs: null, plantFile: file.path, stopAtFirst: true },
          onProgress: ({ seeds }) =>
            progress.tell(text.huntProgress(file.name, files.indexOf(file) + 1, files.length, seeds)),
        }).finally(() => progress.done()),
      onHunted: (each) => this.print(text.huntedLine(each)),
    });
    this.print(`\n${text.huntVerdict(hunted)}`);
    // No promise of ours is broken: what the simulator is held to, is not met.
    if (hunted.some(({ found }) => found === null)) this.endWith('threshold_failed');
    return { bugs: hunted };
  }

  async #sharedBySeeds(flags: SeedsFlags) {
    const { availableParallelism } = await import('node:os');
    const { simulationWorker } = await import('../compose-simulation.ts');
    const jobs = flags.jobs ?? availableParallelism();
    return { from: flags.from, jobs, worker: simulationWorker(), signal: this.interrupted };
  }

  async #progress() {
    const { progressOn } = await import('../toolkit/simulate/text/progress-on.ts');
    const motion = process.stderr.isTTY === true && !process.env.CI && !process.env.NO_COLOR;
    return progressOn(process.stderr, motion);
  }

  /** The planted bugs that the flags mean; none without --planted. */
  async #bugs({ planted, bug }: { readonly planted: boolean; readonly bug?: string[] | undefined }) {
    if (!planted) return [];
    const { bugFilesIn, chooseBugs } = await import('../toolkit/simulate/hunt/bug-files.ts');
    return chooseBugs(await bugFilesIn(this.config.root), bug ?? []);
  }

  async #oneSeed(seed: number, traced: boolean, bugs: readonly BugFile[]): Promise<unknown> {
    const { onlyBug } = await import('../toolkit/simulate/hunt/bug-files.ts');
    const { composeSimulation } = await import('../compose-simulation.ts');
    const { partsWith } = await import('../toolkit/simulate/planted-bug.ts');
    const { planOf, runSealed } = await import('../toolkit/simulate/run-seed.ts');
    const { traceLine } = await import('../toolkit/simulate/text/trace-line.ts');
    const { parts, plant } = partsWith(await onlyBug(bugs), composeSimulation());
    const plan = planOf(seed, parts);
    const trace = {
      on: traced,
      add: (event: Parameters<typeof traceLine>[0]) => traced && this.print(traceLine(event)),
    };
    const { broken, digest, steps, virtualMs } = await runSealed(plan, { parts, plant, trace });
    this.print(
      `seed ${seed}: ${steps.toLocaleString('en')} steps, ${(virtualMs / 1_000).toFixed(1)} s of virtual time, digest ${digest.toString(16).padStart(8, '0')}`,
    );
    this.print(
      broken === null
        ? 'Every promise was kept.'
        : `${broken.invariant} broken at ${broken.atMs.toFixed(2)} ms: ${broken.text}`,
    );
    if (broken !== null) this.endWith('invariant_violated');
    return { seed, plan, broken, digest, steps, virtualMs };
  }

  async #policy(file: string, flags: SeedsFlags & { readonly html?: string | undefined }): Promise<unknown> {
    const { askPolicy } = await import('../toolkit/simulate/policy/ask-policy.ts');
    const { simulationWorker } = await import('../compose-simulation.ts');
    const { result, text } = await askPolicy(file, {
      ...{ from: flags.from, seeds: flags.seeds ?? null, jobs: flags.jobs ?? null, page: flags.html ?? null },
      ...{ worker: simulationWorker('policy-worker'), signal: this.interrupted, stderr: process.stderr },
    });
    this.print(text);
    if (result.broken.length > 0) this.endWith('invariant_violated');
    return result;
  }
}
