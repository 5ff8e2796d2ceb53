import { configFlags } from '../toolkit/command/config-flags.ts';
import { FluxCommand } from '../toolkit/command/flux-command.ts';
import type { Finding } from '../toolkit/doctor/finding.ts';
import { findingOfFault } from '../toolkit/doctor/service-findings.ts';

export default class Doctor extends FluxCommand {
  static override summary = 'Say what is missing on this machine, with the command that mends it';
  static override description =
    'Ends with 24 if something that fluxgate needs is missing. Changes nothing. In mode stack it asks Redis, Kafka and PostgreSQL, too.';
  static override examples = [
    '<%= config.bin %> doctor',
    '<%= config.bin %> doctor --data-dir /var/lib/fluxgate --json',
  ];
  static override flags = configFlags;

  async run(): Promise<unknown> {
    const { flags } = await this.parse(Doctor);
    const [{ embeddedPostgresMajor }, { serviceChecks }, { stackOrigin }, { examine }] = await Promise.all([
      import('../compose-ledger.ts'),
      import('../compose-doctor.ts'),
      import('../compose-stack-origin.ts'),
      import('../toolkit/doctor/examine.ts'),
    ]);
    const stale: Finding[] = [];
    const { value: config } = await this.loadConfig(flags, (stackDir) => {
      try {
        return stackOrigin(stackDir);
      } catch (error) {
        stale.push(findingOfFault('stack', error)); // all the rest can be looked at
        return null;
      }
    });
    const findings = [...(await examine(config, { embeddedPostgresMajor, services: serviceChecks })), ...stale];
    for (const { name, verdict, found, mend } of findings) {
      this.print(`${verdict.padEnd(7)}  ${name.padEnd(11)}  ${found}`);
      if (mend !== null) this.print(`${' '.repeat(22)}Try: ${mend}`);
    }
    const ok = findings.every(({ verdict }) => verdict !== 'missing');
    if (!ok) this.endWith('not_found');
    return { ok, findings };
  }
}
