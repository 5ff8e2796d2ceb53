import { Flags } from '@oclif/core';
import { serverFlags } from '../toolkit/command/config-flags.ts';
import { FluxCommand } from '../toolkit/command/flux-command.ts';
import type { WatchFlags } from '../toolkit/watch/run-watch.ts';

export default class Watch extends FluxCommand {
  static override summary = 'Watch a sale: stock, answers, latency, lag, health, and whether the invariants hold';
  static override description =
    'On a terminal a live dashboard (? shows the keys), from which the sale can be paused, resumed and closed. Elsewhere a line a ' +
    'second. Reads the running server, or a recording. Ends with 24 where there is no server, with 20 where --once finds an ' +
    'invariant violated.';
  static override examples = [
    '<%= config.bin %> watch',
    '<%= config.bin %> watch --record night.ndjson --log serve.log',
    '<%= config.bin %> watch --replay night.ndjson --speed 10 --from 2m',
    '<%= config.bin %> watch --once --json | jq .sale.free',
  ];
  static override flags = {
    ...serverFlags,
    sale: Flags.string({
      char: 's',
      description: 'The sale to begin with; default: the open one that moves',
      helpValue: 'ID',
    }),
    once: Flags.boolean({ description: 'Look once, print it, end; so does --json', exclusive: ['json-stream'] }),
    'json-stream': Flags.boolean({ description: 'A JSON document a second, one a line', exclusive: ['json'] }),
    record: Flags.string({ description: 'Write all that is seen into this new file', helpValue: 'FILE' }),
    replay: Flags.string({
      description: 'Watch a recording instead of a server',
      helpValue: 'FILE',
      exclusive: ['url', 'record', 'verify-every', 'log', 'chaos-dir'],
    }),
    speed: Flags.integer({ description: 'Of the replay (default 1)', min: 1, max: 60, dependsOn: ['replay'] }),
    from: Flags.string({
      description: 'Where the replay begins, from its start on',
      helpValue: 'TIME',
      dependsOn: ['replay'],
    }),
    'verify-every': Flags.string({
      description: 'How often to run verify beside it, or off; default: 30s, with --url off',
      helpValue: 'TIME',
    }),
    'chaos-dir': Flags.string({
      description: 'Folder of the journals whose faults are shown (default .fluxgate-chaos)',
      helpValue: 'FOLDER',
    }),
    log: Flags.string({
      description: 'A log file to show, such as what serve wrote; may be given several times',
      helpValue: 'FILE',
      multiple: true,
      multipleNonGreedy: true,
    }),
  };

  async run(): Promise<unknown> {
    const { flags } = await this.parse(Watch);
    const { runWatch } = await import('../toolkit/watch/run-watch.ts');
    const typed: WatchFlags = flags;
    const outcome = await runWatch({
      flags: typed,
      root: this.config.root,
      loadConfig: async () => (await this.loadConfig(flags)).value,
      stackParts: async () => (await import('../compose-stack.ts')).stackParts,
      isScreen: this.isInteractive && process.stdin.isTTY === true && process.env.TERM !== 'dumb',
      asksOnce: flags.once || this.jsonEnabled(),
      print: (line) => this.print(line),
      signal: this.interrupted,
      atEnd: (close) => this.atEnd(close),
    });
    if (outcome.violated) this.endWith('invariant_violated');
    return outcome.summary;
  }
}
