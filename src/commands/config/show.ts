import { configFlags } from '../../toolkit/command/config-flags.ts';
import { FluxCommand } from '../../toolkit/command/flux-command.ts';

export default class ConfigShow extends FluxCommand {
  static override summary = 'Show every setting with its value and where the value comes from';
  static override description =
    'Flags come before FLUXGATE_* variables, then (in mode stack) the file of `stack up`, then fluxgate.config.yaml, then defaults.';
  static override examples = [
    '<%= config.bin %> config show',
    'FLUXGATE_PORT=8080 <%= config.bin %> config show --json',
    '<%= config.bin %> config show --port 8080 --data-dir /var/lib/fluxgate',
  ];
  static override flags = configFlags;

  async run(): Promise<unknown> {
    const { flags } = await this.parse(ConfigShow);
    const { stackOrigin } = await import('../../compose-stack-origin.ts');
    const loaded = await this.loadConfig(flags, stackOrigin);
    const { shownConfig } = await import('../../config/shown-config.ts');
    const { alignedTable } = await import('../../toolkit/command/aligned-table.ts');
    const shown = shownConfig(loaded);
    this.print(
      alignedTable(
        ['setting', 'value', 'origin'],
        shown.map(({ path, value, origin }) => [path, value === undefined ? '-' : textOf(value), origin]),
      ),
    );
    return {
      file: loaded.file,
      settings: Object.fromEntries(shown.map(({ path, value, origin }) => [path, { value: value ?? null, origin }])),
    };
  }
}

function textOf(value: unknown): string {
  return Array.isArray(value) ? `[${value.join(', ')}]` : String(value);
}
