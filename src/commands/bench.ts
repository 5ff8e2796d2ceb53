import { Args, Flags } from '@oclif/core';
import { FluxCommand } from '../toolkit/command/flux-command.ts';

export default class Bench extends FluxCommand {
  static override summary = "This machine's limits and how close we are, as ratios in one run";
  static override description =
    'http: a bare Fastify route, refusals and accepted orders of an embedded server on a temporary data folder, in turn. ' +
    'Ends with 23 where the load generator was the bottleneck, with --check also with 21 where a promise was missed.';
  static override examples = [
    '<%= config.bin %> bench http',
    '<%= config.bin %> bench http --seconds 10 --check --json',
  ];
  static override args = {
    name: Args.string({ description: 'What to measure', options: ['http'], default: 'http' }),
  };
  static override flags = {
    seconds: Flags.integer({ description: 'Length of each of the nine measurements', min: 1, max: 600, default: 3 }),
    connections: Flags.integer({
      description: 'Connections, one request under way each',
      min: 1,
      max: 2000,
      default: 64,
    }),
    check: Flags.boolean({ description: 'End with 21 where a promise is missed' }),
  };

  async run(): Promise<unknown> {
    const { flags } = await this.parse(Bench);
    const { benchHttp } = await import('../toolkit/bench/bench-http.ts');
    const running = benchHttp({
      seconds: flags.seconds,
      connections: flags.connections,
      signal: this.interrupted,
      onProgress: (what, done, of) =>
        this.say(`[${done}/${of}] ${what}, about ${(of - done) * (flags.seconds + 1)} s left`),
    });
    // an interrupted bench ends its children and removes its folder by itself: wait for that
    this.onInterrupt(() => running.catch(() => {}));
    const result = await running;
    const { benchText } = await import('../toolkit/bench/bench-text.ts');
    this.print(benchText(result));
    if (flags.check && result.floors.some((floor) => !floor.ok)) this.endWith('threshold_failed');
    if (result.doubts.length > 0) this.endWith('inconclusive');
    return result;
  }
}
