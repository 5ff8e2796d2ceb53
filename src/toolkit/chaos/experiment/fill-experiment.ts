import { Value } from 'typebox/value';
import { nearestName } from '../../../config/nearest-name.ts';
import { settings } from '../../../config/settings.ts';
import type { KeyFault } from '../../file/file-kind.ts';
import { chaosFaults } from '../fault/fault-registry.ts';
import type { Capability } from '../system/capability.ts';
import { durationMs } from './duration.ts';
import type { AbortGuard, Experiment, Probe, SteadyProbe, SystemShape, TimedFault, Tolerance } from './experiment.ts';
import type { ExperimentFile } from './experiment-schema.ts';
import { checkMoments, type GuardFile, type SteadyProbeFile } from './probe-schema.ts';
import { targetFaults } from './target-faults.ts';

const experimentDefaults = {
  seed: 1,
  servers: 2,
  workers: 2,
  windowMs: 2_000,
  recoverWithinMs: 30_000,
  verifyWaitMs: 60_000,
} as const;
/** Below, a window may hold no tick of the load at all. */
const shortestWindowMs = 500;

type Filled = Omit<Experiment, 'name' | 'path' | 'load'>;

/** Fills in defaults and checks what a schema cannot say: that targets are there, that tolerances have a bound. */
export function fillExperiment(file: ExperimentFile): {
  readonly filled: Filled;
  readonly faults: readonly KeyFault[];
} {
  const faults: KeyFault[] = [];
  const timeline = file.faults.map(timedFault).sort((a, b) => a.atMs - b.atMs);
  const filled: Filled = {
    title: file.title,
    why: file.why.trim(),
    seed: file.seed ?? experimentDefaults.seed,
    needs: (file.needs ?? []) as readonly Capability[], // the schema has their names only
    system: systemOf(file, timeline, faults),
    steadyState: file.steadyState.map((probe, n) => steadyProbe(probe, ['steadyState', n], faults)),
    faults: timeline,
    abort: (file.abort ?? []).map((guard, n) => abortGuard(guard, ['abort', n], faults)),
    recoverWithinMs: msOf(file.recovery?.within) ?? experimentDefaults.recoverWithinMs,
    verify: {
      waitMs: msOf(file.verify?.wait) ?? experimentDefaults.verifyWaitMs,
      maxRevoked: file.verify?.maxRevoked ?? 0,
    },
    expected: {
      verdict: file.expected?.verdict ?? 'passed',
      invariant: file.expected?.invariant ?? null,
      alongside: file.expected?.alongside ?? [],
      because: file.expected?.because ?? null,
    },
  };
  faults.push(...targetFaults(file, filled.system), ...expectedFaults(file));
  if (file.faults.length === 0 && filled.system.planted === null)
    faults.push({ path: ['faults'], what: 'has none: only a planted defect makes an experiment without a fault' });
  return { filled, faults };
}

function msOf(text: string | undefined): number | undefined {
  return text === undefined ? undefined : durationMs(text);
}

function timedFault(entry: ExperimentFile['faults'][number]): TimedFault {
  const fault = chaosFaults.get(entry.fault);
  if (fault === undefined) throw new RangeError(`the schema let ${entry.fault} pass`);
  return {
    atMs: durationMs(entry.at),
    forMs: fault.lasts === 'moment' ? null : (msOf(entry.for) ?? 0),
    fault,
    target: entry.target,
    parameters: entry.parameters ?? {},
  };
}

function systemOf({ system }: ExperimentFile, timeline: readonly TimedFault[], faults: KeyFault[]): SystemShape {
  const isStack = system.mode === 'stack';
  const networked = timeline.filter(({ fault }) => fault.targets.includes('link')).map(({ target }) => target);
  for (const key of ['servers', 'workers', 'with'] as const)
    if (!isStack && system[key] !== undefined)
      faults.push({ path: ['system', key], what: 'means nothing embedded, where one process does everything' });
  if (isStack && system.planted !== undefined)
    faults.push({ path: ['system', 'planted'], what: 'is for the embedded mode: the defects are planted there' });
  return {
    mode: system.mode,
    servers: isStack ? (system.servers ?? experimentDefaults.servers) : 1,
    workers: isStack ? (system.workers ?? experimentDefaults.workers) : 0,
    variants: isStack ? (system.with ?? []) : [],
    proxied: networked.some((target) => !target.includes('>')),
    ways: [...new Set(networked.filter((target) => target.includes('>')))],
    clocks: timeline.some(({ fault }) => fault.name.startsWith('clock_')),
    env: Object.fromEntries(
      Object.entries(system.settings ?? {}).flatMap(([path, value]) => settingVariable(path, value, faults)),
    ),
    planted: system.planted ?? null,
  };
}

function settingVariable(path: string, value: unknown, faults: KeyFault[]): [string, string][] {
  const at = ['system', 'settings', path];
  const setting = settings.find((each) => each.path === path);
  if (setting === undefined) {
    const near = nearestName(
      path,
      settings.map((each) => each.path),
    );
    const advice = near === undefined ? 'fluxgate config show has them all' : `did you mean "${near}"?`;
    faults.push({ path: at, what: `is no setting; ${advice}` });
    return [];
  }
  if (!Value.Check(setting.schema, value)) {
    faults.push({
      path: at,
      what: Value.Errors(setting.schema, value)[0]?.message ?? 'is not what the setting may be',
    });
    return [];
  }
  return [[setting.variable, String(value)]];
}

function steadyProbe(file: SteadyProbeFile, path: KeyFault['path'], faults: KeyFault[]): SteadyProbe {
  const probe = probeOf(file, path, faults);
  const tolerance = toleranceOf(file, path, faults);
  return {
    title: file.title ?? probeText(probe),
    probe,
    tolerance,
    check: new Set(file.check ?? checkMoments),
  };
}

function abortGuard(file: GuardFile, path: KeyFault['path'], faults: KeyFault[]): AbortGuard {
  const probe = probeOf(file, path, faults);
  const tolerance = toleranceOf(file, path, faults);
  return { title: file.title ?? probeText(probe), probe, tolerance, crossedForMs: msOf(file.crossedFor) ?? 0 };
}

function toleranceOf(file: SteadyProbeFile | GuardFile, path: KeyFault['path'], faults: KeyFault[]): Tolerance {
  const { min = null, max = null } = file;
  if (min === null && max === null) faults.push({ path, what: 'says not what is normal: it needs min, max or both' });
  if (min !== null && max !== null && min > max) faults.push({ path: [...path, 'min'], what: `is above max (${max})` });
  return { min, max };
}

function probeOf(file: SteadyProbeFile | GuardFile, path: KeyFault['path'], faults: KeyFault[]): Probe {
  const windowMs = 'window' in file ? (msOf(file.window) ?? experimentDefaults.windowMs) : experimentDefaults.windowMs;
  if (windowMs < shortestWindowMs)
    faults.push({
      path: [...path, 'window'],
      what: `is below ${shortestWindowMs} ms: too short to have answers in it`,
    });
  switch (file.probe) {
    case 'http':
      return { kind: 'http', of: file.of, path: file.path ?? '/readyz' };
    case 'share':
    case 'rate':
      return { kind: file.probe, outcomes: file.outcomes, windowMs };
    case 'latency':
      return { kind: 'latency', windowMs };
    case 'lag':
      return { kind: 'lag' };
    case 'stock':
      return { kind: 'stock', figure: file.figure };
    case 'stats':
      return { kind: 'stats', path: file.path };
    default:
      return file satisfies never;
  }
}

/** What a probe is called that has no title. */
export function probeText(probe: Probe): string {
  switch (probe.kind) {
    case 'http':
      return `part of ${probe.of} that answers ${probe.path}`;
    case 'share':
      return `${probe.outcomes.join(', ')} of all answers`;
    case 'rate':
      return `${probe.outcomes.join(', ')} a second`;
    case 'latency':
      return 'p99 of what buyers wait, ms';
    case 'lag':
      return 'records that the ledger does not have yet';
    case 'stock':
      return `units ${probe.figure}`;
    case 'stats':
      return probe.path;
    default:
      return probe satisfies never;
  }
}

function expectedFaults({ expected }: ExperimentFile): KeyFault[] {
  if (expected === undefined) return [];
  const named = expected.invariant !== undefined;
  if (expected.verdict === 'violated' && !named)
    return [{ path: ['expected'], what: 'says not which invariant has to be found violated' }];
  if (expected.verdict === 'violated') return [];
  const only = (['invariant', 'alongside'] as const).filter((key) => expected[key] !== undefined);
  return only.map((key) => ({ path: ['expected', key], what: 'only goes with verdict: violated' }));
}
