import type { FaultPlan } from './plan.ts';

/** A fault in a few words with every figure of it. */
export function faultText(fault: FaultPlan): string {
  const what = fault.kind.replaceAll('_', ' ');
  const forTime = 'forMs' in fault ? ` for ${fault.forMs} ms` : '';
  switch (fault.kind) {
    case 'network': {
      const { process, link, trouble, percent } = fault;
      const ms = 'ms' in trouble ? ` (up to ${trouble.ms} ms)` : '';
      return `network from ${process ?? 'everybody'} to ${link}: ${trouble.kind.replaceAll('_', ' ')}${ms}, ${percent} % of calls,${forTime}`;
    }
    case 'kill':
    case 'pause':
    case 'deploy':
      return `${what} ${fault.process}${forTime}`;
    case 'clock_jump':
      return `clock of ${fault.process} jumps by ${fault.ms} ms`;
    case 'gate_clock_jump':
      return `clock of the gate jumps by ${fault.ms} ms`;
    case 'ledger_clock_jump':
      return `clock of the ledger jumps by ${fault.ms} ms`;
    case 'gate_full':
      return `gate is full${forTime}`;
    case 'snapshot_cut':
      return `snapshots break off behind ${fault.pieces === 1 ? 'their head' : `${fault.pieces} pieces`}${forTime}`;
    case 'ledger_full':
      return `ledger takes no writes${forTime}`;
    case 'gate_failover': {
      const { staleMs, stay, forMs } = fault;
      const with_ = stay.length === 0 ? '' : `; with the old one stay, for ${forMs} ms: ${stay.join(', ')}`;
      return `gate fails over to a replica that is ${staleMs} ms behind${with_}`;
    }
    case 'slow_disk':
      return `slow disk of the log, up to ${fault.ms} ms,${forTime}`;
    case 'offsets_back':
      return `offsets set back by ${fault.entries}`;
    case 'poison':
      return `poison in partition ${fault.partition} of the log`;
    default:
      return `${what}${forTime}`;
  }
}
