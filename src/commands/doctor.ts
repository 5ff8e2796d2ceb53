import { configFlags } from '../toolkit/command/config-flags.ts';
import { FluxCommand } from '../toolkit/command/flux-command.ts';

export default class Doctor extends FluxCommand {
  static override summary = 'Say what is missing on this machine, with the command that mends it';
  static override description = 'Ends with 24 if something that fluxgate needs is missing. Changes nothing.';
  static override examples = [
    '<%= config.bin %> doctor',
    '<%= config.bin %> doctor --data-dir /var/lib/fluxgate --json',
  ];
  static override flags = configFlags;

  async run(): Promise<unknown> {
    const { flags } = await this.parse(Doctor);
    const { value: config } = await this.loadConfig(flags);
    const { embeddedPostgresMajor } = await import('../compose-ledger.ts');
    const { examine } = await import('../toolkit/doctor/examine.ts');
    const findings = await examine(config, { embeddedPostgresMajor });
    for (const { name, verdict, found, mend } of findings) {
      this.print(`${verdict.padEnd(7)}  ${name.padEnd(11)}  ${found}`);
      if (mend !== null) this.print(`${' '.repeat(22)}Try: ${mend}`);
    }
    const ok = findings.every(({ verdict }) => verdict !== 'missing');
    if (!ok) this.endWith('not_found');
    return { ok, findings };
  }
}
