import { arrivalsOf, durationMsOf } from '../../load/arrival-schedule.ts';
import type { Experiment, SystemShape, TimedFault } from '../experiment/experiment.ts';
import { toleranceText } from '../probe/steady-state.ts';

/** What an experiment will do and teach, in words. Pure. */
export function explainText(experiment: Experiment): string {
  const { title, why, system, load, steadyState, faults, abort, recoverWithinMs, expected, seed } = experiment;
  const lines = [
    title,
    '',
    ...why.split('\n'),
    '',
    `On          ${systemText(system)}, which is started for it and removed after it`,
    `Buyers      ${Math.round(arrivalsOf(load.arrivals))} over ${seconds(durationMsOf(load.arrivals))}: ${load.title} (seed ${seed})`,
    '',
    'Normal is, or nothing is started:',
    ...steadyState.map(
      ({ title: called, tolerance, check }) => `  ${called}: ${toleranceText(tolerance)}   (${[...check].join(', ')})`,
    ),
    '',
    faults.length === 0
      ? 'Then nothing is done to it: its fault is in its code.'
      : 'Then, counted from when that was seen:',
    ...faults.map((fault) => `  ${faultText(fault)}`),
    ...(abort.length === 0 ? [] : ['', 'It ends at once, and everything is undone, where']),
    ...abort.map(({ title: called, tolerance }) => `  ${called} is not ${toleranceText(tolerance)}`),
    '',
    `It has to be normal again within ${seconds(recoverWithinMs)} of the last undo, and the books are compared with what buyers heard.`,
    ...(expected.verdict === 'passed' ? [] : [`Expected: ${expectedText(experiment)}.`]),
  ];
  return lines.join('\n');
}

function expectedText({ expected }: Experiment): string {
  const what = expected.invariant === null ? expected.verdict : `${expected.verdict} (${expected.invariant})`;
  return `${what}. ${expected.because ?? ''}`.replace(/\.$/, '').trim();
}

/** What an experiment runs on, in a few words. */
export function systemText({ mode, servers, workers, variants, proxied, planted }: SystemShape): string {
  if (planted !== null) return `a server with the defect ${planted} in it`;
  if (mode === 'embedded') return 'a server with everything in it';
  const stack = ['a stack', ...(variants.length === 0 ? [] : [`with ${variants.join(', ')}`])].join(' ');
  return `${stack}${proxied ? ' behind the fault proxy' : ''}, ${servers} servers, ${workers} workers`;
}

function faultText({ atMs, forMs, fault, target, parameters }: TimedFault): string {
  const when = `at ${seconds(atMs)}`.padEnd(10);
  const howLong = forMs === null || forMs === 0 ? '' : ` for ${seconds(forMs)}`;
  return `${when} ${fault.says(target, parameters)}${howLong}   (${fault.name})`;
}

function seconds(ms: number): string {
  return `${ms / 1_000} s`;
}
