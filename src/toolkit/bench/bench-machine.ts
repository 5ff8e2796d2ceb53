import { cpus } from 'node:os';

/** Where a bench ran: its figures mean little without it. */
export interface BenchMachine {
  readonly cores: number;
  readonly cpu: string;
  readonly node: string;
  readonly platform: string;
}

export function thisMachine(): BenchMachine {
  const processors = cpus();
  return {
    cores: processors.length,
    cpu: processors[0]?.model ?? 'unknown',
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
  };
}
