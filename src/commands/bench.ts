import { Args, Flags } from '@oclif/core';
import { benchNames } from '../toolkit/bench/bench-names.ts';
import { FluxCommand } from '../toolkit/command/flux-command.ts';

export default class Bench extends FluxCommand {
  static override summary = "This machine's limits and how close we are, as ratios in one run";
  static override description =
    'http: a bare Fastify route, refusals and accepted orders of an embedded server on a temporary data folder, in turn. ' +
    'gate: batched holds in Redis, ours and the same EVALSHA calls over a bare socket. ' +
    'log: appends to Kafka, ours and those of its bare client with the same bytes. ' +
    'ledger: batches recorded in a temporary PostgreSQL, ours and the bare inserts of the same rows. ' +
    'order: the whole path on a temporary stack with a server and a worker, a backlog of 200,000 orders, an idle worker. ' +
    'rebuild: from an empty Redis that answers again to orders taken again, with that many orders in the ledger. ' +
    'load: the load generator itself, in one process, against the bare route: the rate it keeps and how late it sends. ' +
    'Ends with 23 where the load generator was the bottleneck or the machine was busy with something else, with --check also with 21 where a promise was missed.';
  static override examples = [
    '<%= config.bin %> bench http',
    '<%= config.bin %> bench http --seconds 10 --check --json',
    '<%= config.bin %> bench gate --redis 127.0.0.1:6379 --check',
    '<%= config.bin %> bench log --kafka 127.0.0.1:9092',
    '<%= config.bin %> bench ledger --check',
    '<%= config.bin %> bench order --check',
    '<%= config.bin %> bench rebuild --orders 1000000 --check',
    '<%= config.bin %> bench load --check',
  ];
  static override args = {
    name: Args.option({ options: benchNames })({ description: 'What to measure', default: 'http' }),
  };
  static override flags = {
    seconds: Flags.integer({ description: 'Length of each measurement', min: 1, max: 600, default: 3 }),
    connections: Flags.integer({
      description: 'Connections, one request under way each',
      min: 1,
      max: 2000,
      default: 64,
    }),
    redis: Flags.string({
      description: 'Redis to measure with gate; default: that of the stack',
      helpValue: 'HOST:PORT',
    }),
    kafka: Flags.string({
      description: 'Kafka to measure with log; default: that of the stack',
      helpValue: 'HOST:PORT',
    }),
    orders: Flags.integer({
      description: 'Orders in the ledger with rebuild',
      min: 1_000,
      max: 1_000_000,
      default: 100_000,
    }),
    losses: Flags.integer({
      description: 'How often rebuild loses the gate with all servers alive',
      min: 1,
      max: 99,
      default: 3,
    }),
    check: Flags.boolean({ description: 'End with 21 where a promise is missed' }),
  };

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(Bench);
    // Whatever mode is configured: what gate and log measure is a part of the stack, unless a flag names another.
    const isOfStack = (args.name === 'gate' && !flags.redis) || (args.name === 'log' && !flags.kafka);
    const { stackOrigin } = await import('../compose-stack-origin.ts');
    const { value: config } = isOfStack
      ? await this.loadConfig({ mode: 'stack' }, stackOrigin)
      : await this.loadConfig();
    const { benches } = await import('../compose-benches.ts');
    const running = benches[args.name]({
      ...flags,
      config,
      redis: flags.redis,
      kafka: flags.kafka,
      signal: this.interrupted,
      onProgress: (what, done, of, leftSeconds = (of - done) * (flags.seconds + 1)) =>
        this.say(`[${done}/${of}] ${what}, about ${leftSeconds} s left`),
    });
    // an interrupted bench removes what it has made by itself: wait for that
    this.onInterrupt(() => running.catch(() => {}));
    const { result, text } = await running;
    this.print(text);
    if (flags.check && result.floors.some((floor) => !floor.ok)) this.endWith('threshold_failed');
    if (result.doubts.length > 0) this.endWith('inconclusive');
    return result;
  }
}
