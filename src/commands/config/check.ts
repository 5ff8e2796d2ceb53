import { FluxCommand } from '../../toolkit/command/flux-command.ts';

export default class ConfigCheck extends FluxCommand {
  static override summary = 'Check the configuration of this folder and this environment';
  static override description = 'Ends with 2 and names the place where a setting is unknown or does not fit.';
  static override examples = ['<%= config.bin %> config check', '<%= config.bin %> config check --json'];

  async run(): Promise<unknown> {
    await this.parse(ConfigCheck);
    const { stackOrigin } = await import('../../compose-stack-origin.ts');
    const loaded = await this.loadConfig({}, stackOrigin);
    if (loaded.value.mode === 'stack') (await import('../../compose-addresses.ts')).requireAddresses(loaded.value);
    const given = Object.values(loaded.origins).filter((origin) => origin !== 'default').length;
    const source = loaded.file ?? 'no fluxgate.config.yaml here';
    this.print(`The configuration is good: ${given} settings given, the others at their defaults (${source}).`);
    return { ok: true, file: loaded.file, given };
  }
}
