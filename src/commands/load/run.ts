import { Flags } from '@oclif/core';
import { LoadCommand, scenarioArg, targetFlag } from '../../toolkit/load/load-command.ts';

export default class LoadRun extends LoadCommand {
  static override summary = "Send a scenario's crowd at a running server, open loop";
  static override description =
    'Makes the sale of the scenario, lets its buyers come at moments fixed beforehand, and counts every answer from those ' +
    'moments. Ends with 21 where a threshold failed and 23 where the run proves nothing (the generator fell behind).';
  static override examples = [
    '<%= config.bin %> load run smoke',
    '<%= config.bin %> load run flash-sale --generators 2',
    '<%= config.bin %> load run scenarios/flash-sale.yaml --history history.ndjson --report report.json',
  ];
  static override args = scenarioArg;
  static override flags = {
    history: Flags.string({ description: 'Write every request into this file (NDJSON)', helpValue: 'FILE' }),
    report: Flags.string({ description: 'Write the result into this file (JSON)', helpValue: 'FILE' }),
    seed: Flags.integer({
      description: "Seed of arrivals and buyers; default: the scenario's",
      min: 0,
      max: 2 ** 32 - 1,
    }),
    generators: Flags.integer({
      description: 'Generating processes, where one core is not enough',
      min: 1,
      max: 64,
      default: 1,
    }),
    ...targetFlag,
  };

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(LoadRun);
    const scenario = await this.openScenario(args.scenario);
    const { checkWritable, writeReport } = await import('../../toolkit/load/write-report.ts');
    if (flags.report !== undefined) await checkWritable(flags.report);
    const { server, target, adminToken } = await this.openTarget(flags);
    const { withOwnSale } = await import('../../toolkit/load/seed-scenario.ts');
    const { runLoad } = await import('../../toolkit/load/run-load.ts');
    const { loadText, progressText } = await import('../../toolkit/load/load-text.ts');
    const { progressOnStderr } = await import('../../toolkit/command/progress-line.ts');
    const progress = progressOnStderr();
    const running = withOwnSale(server, scenario, (saleId) =>
      runLoad({
        ...{ scenario, target, saleId, generators: flags.generators, adminToken },
        signal: this.interrupted,
        onProgress: (now) => progress.tell(progressText(now)),
        ...(flags.history === undefined ? {} : { history: flags.history }),
        ...(flags.seed === undefined ? {} : { seed: flags.seed }),
      }),
    );
    // an interrupted run still closes its history and its sale, and one that was interrupted while it seeded, too
    this.onInterrupt(() => running.catch(() => {}));
    const result = await running.finally(() => progress.done());
    this.print(loadText(result));
    // printed first: a disk that is full by now does not take the result along
    if (flags.report !== undefined) {
      await writeReport(flags.report, result);
      this.print(`Report:    ${flags.report}`);
    }
    if (result.verdict === 'failed') this.endWith('threshold_failed');
    if (result.verdict === 'inconclusive') this.endWith('inconclusive');
    return result;
  }
}
