import { Flags } from '@oclif/core';
import { FluxCommand } from '../toolkit/command/flux-command.ts';

export default class Simulate extends FluxCommand {
  static override summary = 'Run whole sales in simulated worlds where everything goes wrong, from seeds';
  static override description =
    'The real flows run over a simulated network and storage, under virtual time: processes die and stand still, messages are ' +
    'lost and repeated, the gate loses its state in every way it can. Then everything is mended, and the sale has to come to ' +
    'rest with every promise kept. The same seed is the same sale, step by step. Ends with 20 where a promise was broken.';
  static override examples = [
    '<%= config.bin %> simulate --seeds 2000',
    '<%= config.bin %> simulate --time 60s --jobs 2',
    '<%= config.bin %> simulate --seed 4711 --trace',
  ];
  static override flags = {
    seeds: Flags.integer({
      description: 'How many sales',
      min: 1,
      max: 100_000_000,
      default: 1_000,
      exclusive: ['seed'],
    }),
    from: Flags.integer({ description: 'The first seed', min: 0, max: 2 ** 40, default: 1, exclusive: ['seed'] }),
    time: Flags.string({ description: 'No new sales after so long, like 60s', helpValue: 'TIME', exclusive: ['seed'] }),
    jobs: Flags.integer({ description: 'Threads; default: one for each core', min: 1, max: 256, exclusive: ['seed'] }),
    seed: Flags.integer({ description: 'Only this one', min: 0, max: 2 ** 40 }),
    trace: Flags.boolean({ description: 'Print everything that happened in it', dependsOn: ['seed'] }),
  };

  async run(): Promise<unknown> {
    const { flags } = await this.parse(Simulate);
    return flags.seed === undefined ? this.#manySeeds(flags) : this.#oneSeed(flags.seed, flags.trace === true);
  }

  async #manySeeds(flags: {
    readonly seeds: number;
    readonly from: number;
    readonly time?: string | undefined;
    readonly jobs?: number | undefined;
  }): Promise<unknown> {
    const [{ availableParallelism }, { parseWait }, { runSeeds }, { simulationWorker }, text] = await Promise.all([
      import('node:os'),
      import('../toolkit/verify/parse-wait.ts'),
      import('../toolkit/simulate/run-seeds.ts'),
      import('../compose-simulation.ts'),
      import('../toolkit/simulate/text/seeds-text.ts'),
    ]);
    const jobs = flags.jobs ?? availableParallelism();
    const maxMs = flags.time === undefined ? null : parseWait(flags.time, '--time');
    const beganMs = performance.now();
    const { progressOn } = await import('../toolkit/simulate/text/progress-on.ts');
    const progress = progressOn(
      process.stderr,
      process.stderr.isTTY === true && !process.env.CI && !process.env.NO_COLOR,
    );
    const tally = await runSeeds({
      ...{ from: flags.from, count: flags.seeds, maxMs, jobs, plantFile: null, stopAtFirst: false },
      ...{ worker: simulationWorker(), signal: this.interrupted },
      onProgress: (now) => progress.tell(text.seedsProgress(now, flags.seeds, performance.now() - beganMs)),
    }).finally(() => progress.done());
    this.print(text.seedsText(tally, performance.now() - beganMs, jobs));
    if (tally.found.length > 0) this.endWith('invariant_violated');
    return tally;
  }

  async #oneSeed(seed: number, traced: boolean): Promise<unknown> {
    const { composeSimulation } = await import('../compose-simulation.ts');
    const { planOf, runSealed } = await import('../toolkit/simulate/run-seed.ts');
    const { traceLine } = await import('../toolkit/simulate/text/trace-line.ts');
    const parts = composeSimulation();
    const plan = planOf(seed, parts);
    const trace = {
      on: traced,
      add: (event: Parameters<typeof traceLine>[0]) => traced && this.print(traceLine(event)),
    };
    const { broken, digest, steps, virtualMs } = await runSealed(plan, { parts, trace });
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
}
