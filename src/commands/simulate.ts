import { Flags } from '@oclif/core';
import type { ErrorCode } from '../engine/domain/error-codes.ts';
import { FluxCommand } from '../toolkit/command/flux-command.ts';

/** What is about many seeds says nothing of one. */
const one = ['seed', 'plan'];
const ofOne = [{ type: 'some' as const, flags: one }];

export default class Simulate extends FluxCommand {
  static override summary = 'Run whole sales in simulated worlds where everything goes wrong, from seeds';
  static override description =
    'The real flows run over a simulated network and storage, under virtual time: processes die and stand still, messages are ' +
    'lost and repeated, the gate loses its state in every way it can. Then everything is mended, and the sale has to come to ' +
    'rest with every promise kept. The same seed is the same sale, step by step. Ends with 20 where a promise was broken. ' +
    'With --trace a seed that breaks one is made as small as it can be, and drawn: who said what to whom. ' +
    'With --planted it is the simulator that is tested, in a source tree: each bug of test/planted/simulator is hunted until a ' +
    'seed meets it. Ends with 21 where one is not found within its seeds. ' +
    'With --policy nothing goes wrong: the same crowds buy under each variant of a policy (admission rate, hold time, limit, ' +
    'stock, retry advice), and what differs by more than chance is said.';
  static override usage = [
    'simulate [--seeds N] [--from N] [--time TIME] [--jobs N] [--json]',
    'simulate --seed N [--trace [--all]] [--html FILE] [--save FILE]',
    'simulate --plan FILE [--trace [--all]] [--html FILE] [--save FILE]',
    'simulate --planted [--bug NAME...] [--seeds N | --seed N | --plan FILE]',
    'simulate --policy FILE [--seeds N] [--html FILE] [--jobs N] [--json]',
  ];
  static override examples = [
    '<%= config.bin %> simulate --seeds 2000',
    '<%= config.bin %> simulate --time 60s --jobs 2',
    '<%= config.bin %> simulate --seed 4711 --trace',
    '<%= config.bin %> simulate --seed 4711 --html finding.html --save world.json',
    '<%= config.bin %> simulate --plan world.json --trace --all',
    '<%= config.bin %> simulate --planted',
    '<%= config.bin %> simulate --policy admission-rate --html policy.html',
  ];
  static override flags = {
    seeds: Flags.integer({
      description:
        'How many sales; default: 1000, with --planted 10000 for each bug at most, with --policy what its file says, for each variant',
      min: 1,
      max: 100_000_000,
      exclusive: one,
    }),
    from: Flags.integer({ description: 'The first seed', min: 0, max: 2 ** 40, default: 1, exclusive: one }),
    time: Flags.string({
      description: 'No new sales after so long, like 60s',
      helpValue: 'TIME',
      exclusive: [...one, 'planted', 'policy'],
    }),
    jobs: Flags.integer({ description: 'Threads; default: one for each core', min: 1, max: 256, exclusive: one }),
    seed: Flags.integer({ description: 'Only this one', min: 0, max: 2 ** 40, exclusive: ['plan'] }),
    plan: Flags.string({ description: 'Only the world of this file, as --save wrote it', helpValue: 'FILE' }),
    trace: Flags.boolean({
      description: 'Say why it broke its promise: shrink it and draw it; of a sound one, everything that happened',
      relationships: ofOne,
    }),
    all: Flags.boolean({ description: 'Every event in place of the drawing', dependsOn: ['trace'] }),
    save: Flags.string({
      description: 'Write the world, shrunk where it broke a promise: it outlives changes to how seeds draw worlds',
      helpValue: 'FILE',
      relationships: ofOne,
    }),
    planted: Flags.boolean({ description: 'Hunt the planted bugs of a source tree' }),
    bug: Flags.string({
      description: 'Only this one, as its file is called; with --seed or --plan: planted into it',
      multiple: true,
      dependsOn: ['planted'],
    }),
    policy: Flags.string({
      description: 'Compare the variants of this policy: a file, or the name of one that ships',
      helpValue: 'FILE',
      exclusive: [...one, 'planted'],
    }),
    html: Flags.string({
      description: 'Write a page: the finding of a seed, or tables and plots of a policy',
      helpValue: 'FILE',
      relationships: [{ type: 'some', flags: [...one, 'policy'] }],
    }),
  };

  async run(): Promise<unknown> {
    const { flags } = await this.parse(Simulate);
    const { composeSimulation, simulationWorker } = await import('../compose-simulation.ts');
    const use = {
      ...{ parts: composeSimulation(), workerOf: simulationWorker, root: this.config.root, signal: this.interrupted },
      onInterrupt: (tell: () => void) => this.onInterrupt(tell),
      print: (text: string) => this.print(text),
      endWith: (code: ErrorCode) => this.endWith(code),
    };
    const { policy, seed, plan } = flags;
    if (policy !== undefined)
      return (await import('../toolkit/simulate/asked/policy-question.ts')).policyQuestion(policy, flags, use);
    if (seed !== undefined || plan !== undefined)
      return (await import('../toolkit/simulate/asked/one-world.ts')).oneWorld(flags, use);
    if (flags.planted) return (await import('../toolkit/simulate/asked/bug-hunt.ts')).plantedBugs(flags, use);
    return (await import('../toolkit/simulate/asked/many-seeds.ts')).manySeeds(flags, use);
  }
}
