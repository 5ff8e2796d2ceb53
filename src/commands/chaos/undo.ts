import { chaosDirFlag, chaosDirOf } from '../../toolkit/chaos/chaos-flags.ts';
import { FluxCommand } from '../../toolkit/command/flux-command.ts';

export default class ChaosUndo extends FluxCommand {
  static override summary = 'Undo what a run that was cut off left behind';
  static override description =
    'Reads the journals: faults that were injected and not undone are undone, systems that were started are removed. ' +
    '`chaos run` does the same before it begins. Safe to repeat.';
  static override examples = ['<%= config.bin %> chaos undo'];
  static override flags = { ...chaosDirFlag };

  async run(): Promise<unknown> {
    const { flags } = await this.parse(ChaosUndo);
    const { value: config } = await this.loadConfig();
    const [{ chaosHost }, { undoLeftOver }] = await Promise.all([
      import('../../compose-chaos.ts'),
      import('../../toolkit/chaos/journal/undo-left-over.ts'),
    ]);
    const recovered = await undoLeftOver(chaosDirOf(flags), chaosHost(config.cacheDir), (line) => this.say(line));
    for (const { undone, failed } of recovered) {
      for (const what of undone) this.print(`undone  ${what}`);
      for (const { what, why } of failed) this.print(`failed  ${what}: ${why}`);
    }
    if (recovered.length === 0) this.print('Nothing is left to undo.');
    if (recovered.some(({ failed }) => failed.length > 0)) this.endWith('fault');
    return { recovered };
  }
}
