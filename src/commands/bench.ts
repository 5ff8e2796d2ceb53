import { Args, Flags } from '@oclif/core';
import { FluxCommand } from '../toolkit/command/flux-command.ts';

export default class Bench extends FluxCommand {
  static override summary = "This machine's limits and how close we are, as ratios in one run";
  static override description =
    'http: a bare Fastify route, refusals and accepted orders of an embedded server on a temporary data folder, in turn. ' +
    'gate: batched holds in Redis, ours and the same EVALSHA calls over a bare socket. ' +
    'log: appends to Kafka, ours and those of its bare client with the same bytes. ' +
    'Ends with 23 where the load generator was the bottleneck or the machine was busy with something else, with --check also with 21 where a promise was missed.';
  static override examples = [
    '<%= config.bin %> bench http',
    '<%= config.bin %> bench http --seconds 10 --check --json',
    '<%= config.bin %> bench gate --redis 127.0.0.1:6379 --check',
    '<%= config.bin %> bench log --kafka 127.0.0.1:9092',
  ];
  static override args = {
    name: Args.string({ description: 'What to measure', options: ['http', 'gate', 'log'], default: 'http' }),
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
    check: Flags.boolean({ description: 'End with 21 where a promise is missed' }),
  };

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(Bench);
    if (args.name === 'log') return this.#log(flags.seconds, flags.kafka);
    if (args.name === 'gate') return this.#gate(flags);
    return this.#http(flags);
  }

  async #log(seconds: number, kafka: string | undefined): Promise<unknown> {
    const { benchKafkaAddress } = await import('../toolkit/bench/bench-kafka-address.ts');
    const broker = benchKafkaAddress(kafka, (await this.loadConfig()).value.stackDir);
    const { openBenchedLog } = await import('../compose-bench-log.ts');
    const { benchLog } = await import('../toolkit/bench/bench-log.ts');
    const open = () => openBenchedLog(broker);
    const running = benchLog({ seconds, open, signal: this.interrupted, onProgress: this.#progress(seconds) });
    // an interrupted bench removes its topic by itself: wait for that
    this.onInterrupt(() => running.catch(() => {}));
    const result = await running;
    const { benchLogText } = await import('../toolkit/bench/bench-log-text.ts');
    this.print(benchLogText(result));
    return result;
  }

  async #gate(flags: {
    readonly seconds: number;
    readonly redis: string | undefined;
    readonly check: boolean;
  }): Promise<unknown> {
    const { seconds } = flags;
    const { benchRedisAddress } = await import('../toolkit/bench/bench-redis-address.ts');
    const address = benchRedisAddress(flags.redis, (await this.loadConfig()).value.stackDir);
    const { openBenchedGate: open } = await import('../compose-bench-gate.ts');
    const { benchGate } = await import('../toolkit/bench/bench-gate.ts');
    const running = benchGate({
      address,
      seconds,
      open,
      signal: this.interrupted,
      onProgress: this.#progress(seconds),
    });
    // an interrupted bench removes its sale by itself: wait for that
    this.onInterrupt(() => running.catch(() => {}));
    const result = await running;
    const { benchGateText } = await import('../toolkit/bench/bench-gate-text.ts');
    this.print(benchGateText(result));
    if (flags.check && result.floors.some((floor) => !floor.ok)) this.endWith('threshold_failed');
    if (result.doubts.length > 0) this.endWith('inconclusive');
    return result;
  }

  #progress(seconds: number) {
    return (what: string, done: number, of: number) =>
      this.say(`[${done}/${of}] ${what}, about ${(of - done) * (seconds + 1)} s left`);
  }

  async #http(flags: {
    readonly seconds: number;
    readonly connections: number;
    readonly check: boolean;
  }): Promise<unknown> {
    const { benchHttp } = await import('../toolkit/bench/bench-http.ts');
    const running = benchHttp({
      seconds: flags.seconds,
      connections: flags.connections,
      signal: this.interrupted,
      onProgress: this.#progress(flags.seconds),
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
