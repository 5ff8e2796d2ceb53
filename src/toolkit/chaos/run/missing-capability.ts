import { spawnSync } from 'node:child_process';
import { findProgram } from '../../stack/native/find-program.ts';
import type { Experiment } from '../experiment/experiment.ts';
import { type Capability, capabilities } from '../system/capability.ts';
import { hasPlanted } from '../system/program.ts';

/** What an experiment needs: by its own word, by its system and by its faults. */
export function neededBy({ needs, system, faults }: Experiment): readonly Capability[] {
  return [
    ...new Set<Capability>([
      ...needs,
      system.mode,
      ...(system.planted === null ? [] : (['planted'] as const)),
      ...(system.variants.includes('redis-sentinel') ? (['redis-sentinel'] as const) : []),
      ...(system.variants.includes('redis-cluster') ? (['redis-cluster'] as const) : []),
      ...(system.variants.includes('kafka-3') ? (['kafka-3'] as const) : []),
      ...faults.flatMap(({ fault, parameters }) => fault.needs(parameters)),
    ]),
  ];
}

/** What this machine and program can give to any system. */
export function ofThisMachine(): ReadonlySet<Capability> {
  return new Set<Capability>([
    ...(process.platform === 'linux' ? (['linux'] as const) : []),
    ...(process.getuid?.() === 0 ? (['root'] as const) : []),
    ...(findProgram('prlimit') === undefined ? [] : (['prlimit'] as const)),
    ...(findProgram('taskset') === undefined ? [] : (['taskset'] as const)),
    ...(canMount() ? (['mount'] as const) : []),
    ...(hasPlanted() ? (['planted'] as const) : []),
  ]);
}

/** Tried in a mount namespace of its own, which ends with the program: nothing stays mounted. */
function canMount(): boolean {
  const tried = spawnSync('unshare', ['-m', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt'], {
    stdio: 'ignore',
    timeout: 5_000,
  });
  return tried.status === 0;
}

/** Of these, what is not had, in words; null where nothing is missing. */
export function whyMissing(needed: readonly Capability[], had: ReadonlySet<Capability>): string | null {
  const missing = needed.filter((each) => !had.has(each));
  return missing.length === 0 ? null : `needs ${missing.map((each) => `${each} (${capabilities[each]})`).join(', ')}`;
}

/** What a system that is started for the experiment will have: everything that can be started natively, and this machine. */
export function ofThrowaway({ system }: Experiment): ReadonlySet<Capability> {
  const had = new Set<Capability>([...ofThisMachine(), 'native', system.mode]);
  if (system.proxied || system.ways.length > 0) had.add('proxied');
  for (const variant of system.variants) had.add(variant);
  if (system.mode === 'stack' && !system.variants.some((variant) => variant.startsWith('redis')))
    had.add('redis-single');
  return had;
}
