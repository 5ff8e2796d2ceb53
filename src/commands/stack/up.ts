import { Flags } from '@oclif/core';
import { FluxCommand } from '../../toolkit/command/flux-command.ts';
import { stackFlags, stackSettings } from '../../toolkit/stack/stack-flags.ts';
import { stackVariants } from '../../toolkit/stack/stack-shape.ts';

export default class StackUp extends FluxCommand {
  static override summary = 'Start a real Redis, Kafka and PostgreSQL for development and tests';
  static override description =
    'On free ports of the loopback, without root: what the machine lacks is brought into a cache folder, or all of it runs in Docker. ' +
    'Safe to repeat: what runs stays, what is ill starts again. It all goes on running until `fluxgate stack down`.';
  static override examples = [
    '<%= config.bin %> stack up',
    '<%= config.bin %> stack up --with redis-sentinel --with kafka-3',
    '<%= config.bin %> stack up --proxied --with kafka-3',
    '<%= config.bin %> stack up --provider docker',
    '<%= config.bin %> stack up --dir /tmp/stack --json',
    '<%= config.bin %> stack up && <%= config.bin %> stack status',
  ];
  static override flags = {
    ...stackFlags,
    provider: Flags.option({
      description:
        'Where the services come from: native runs processes of this machine, docker containers; auto is native where that can be, else docker',
      options: ['auto', 'native', 'docker'] as const,
      default: 'auto',
    })(),
    with: Flags.option({
      description:
        'Instead of one: redis-sentinel is a primary, 2 replicas and 3 Sentinels, redis-cluster 3 primaries with a replica each, kafka-3 three brokers. A later up keeps it',
      options: stackVariants,
      multiple: true,
      multipleNonGreedy: true,
    })(),
    proxied: Flags.boolean({
      description: 'Reach every service through a TCP proxy that makes faults when it is told to',
    }),
  };

  async run(): Promise<unknown> {
    const { flags } = await this.parse(StackUp);
    const { value: config } = await this.loadConfig(stackSettings(flags));
    const [{ stackParts }, { stackUp }, { statusOf }, { stackText }, { cacheFolder }, { stackCommand }] =
      await Promise.all([
        import('../../compose-stack.ts'),
        import('../../toolkit/stack/stack-up.ts'),
        import('../../toolkit/stack/stack-status.ts'),
        import('../../toolkit/stack/stack-text.ts'),
        import('../../toolkit/stack/cache-folder.ts'),
        import('../../toolkit/stack/stack-command.ts'),
      ]);
    const began = performance.now();
    const seconds = (): string => ((performance.now() - began) / 1_000).toFixed(1);
    const running = stackUp({
      stackDir: config.stackDir,
      cacheDir: cacheFolder(config.cacheDir),
      parts: stackParts,
      images: config.stackImages,
      // a flag that nobody typed is undefined, and would be missing in the stack file
      asked: { provider: flags.provider, variants: flags.with ?? [], proxied: flags.proxied === true },
      signal: this.interrupted,
      onProgress: (name, what) => this.say(`${seconds().padStart(6)} s  ${name.padEnd(10)}  ${what}`),
    });
    // interrupted, it ends what it started by itself: wait for that
    this.onInterrupt(() => running.catch(() => {}));
    const services = (await running).map((service) => statusOf(service, undefined));
    this.print(stackText(services));
    this.say(`Up after ${seconds()} s, in ${config.stackDir}. To end it: ${stackCommand('down', config.stackDir)}`);
    return { services };
  }
}
