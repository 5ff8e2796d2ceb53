import { Flags } from '@oclif/core';
import { FluxError } from '../../engine/domain/flux-error.ts';
import { LoadCommand, scenarioArg, targetFlag } from '../../toolkit/load/load-command.ts';

export default class LoadMax extends LoadCommand {
  static override summary = "Find the highest rate that keeps a scenario's thresholds";
  static override description =
    'Runs the sale and the buyers of the scenario at constant rates, open loop, each with a fresh sale: doubles the rate until a ' +
    'threshold is missed, searches in between to a tenth, then confirms the best rate in three longer runs. A closed-loop ' +
    'maximum (autocannon) stands beside it, labelled as such. Ends with 21 where not even the lowest rate keeps the ' +
    'thresholds, with 23 where the generator, the time or the number of requests was the limit.';
  static override examples = [
    '<%= config.bin %> load max smoke',
    '<%= config.bin %> load max flash-sale --from 500 --to 8000 --seconds 10 --json',
    '<%= config.bin %> load max flash-sale --max-seconds 120 --max-requests 500000',
  ];
  static override args = scenarioArg;
  static override flags = {
    from: Flags.integer({ description: 'Lowest rate, buyers a second', min: 1, max: 100_000, default: 100 }),
    to: Flags.integer({ description: 'Highest rate, buyers a second', min: 1, max: 100_000, default: 20_000 }),
    seconds: Flags.integer({
      description: 'Length of a run that searches; one that confirms is twice as long',
      min: 1,
      max: 600,
      default: 5,
    }),
    connections: Flags.integer({ description: 'Connections of the closed loop', min: 1, max: 2_000, default: 64 }),
    generators: Flags.integer({ description: 'Generating processes', min: 1, max: 64, default: 1 }),
    'max-seconds': Flags.integer({ description: 'The search ends by then', min: 1, max: 86_400, default: 300 }),
    'max-requests': Flags.integer({
      description: 'The search sends no more',
      min: 1,
      max: 1_000_000_000,
      default: 2_000_000,
    }),
    ...targetFlag,
  };

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(LoadMax);
    if (flags.from > flags.to)
      throw new FluxError('usage', `--from ${flags.from} is above --to ${flags.to}`, {
        hint: 'name the lower rate first',
      });
    const scenario = await this.openScenario(args.scenario);
    const { server, target, adminToken } = await this.openTarget(flags);
    const { withOwnSale } = await import('../../toolkit/load/seed-scenario.ts');
    const { runLoad } = await import('../../toolkit/load/run-load.ts');
    const { loadMax } = await import('../../toolkit/load/load-max.ts');
    const running = loadMax({
      ...{ scenario, target, adminToken, signal: this.interrupted, run: runLoad },
      ...{ fromPerSecond: flags.from, toPerSecond: flags.to, seconds: flags.seconds, connections: flags.connections },
      ...{ generators: flags.generators, maxSeconds: flags['max-seconds'], maxRequests: flags['max-requests'] },
      withSale: (use) => withOwnSale(server, scenario, use),
      onProgress: (what) => this.say(what),
    });
    // an interrupted search still closes the sale of its last run
    this.onInterrupt(() => running.catch(() => {}));
    const result = await running;
    const { loadMaxText } = await import('../../toolkit/load/load-max-text.ts');
    this.print(loadMaxText(result));
    if (result.maxPerSecond === null && result.limitedBy === 'thresholds') this.endWith('threshold_failed');
    if (result.maxPerSecond === null || result.limitedBy === 'generator' || result.limitedBy === 'unknown')
      this.endWith('inconclusive');
    return result;
  }
}
