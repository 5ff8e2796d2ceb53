import { type Static, Type } from 'typebox';
import { Value } from 'typebox/value';
import { FluxError } from '../../engine/domain/flux-error.ts';
import { bandwidth, bandwidthFault } from './faults/bandwidth.ts';
import { blackhole, blackholeFault } from './faults/blackhole.ts';
import { type Effect, noEffect } from './faults/effect.ts';
import { latency, latencyFault } from './faults/latency.ts';
import { limit, limitFault } from './faults/limit.ts';
import { lostAnswers, lostAnswersFault } from './faults/lost-answers.ts';
import { reset, resetFault } from './faults/reset.ts';
import { slicer, slicerFault } from './faults/slicer.ts';
import { slowClose, slowCloseFault } from './faults/slow-close.ts';
import { timeout, timeoutFault } from './faults/timeout.ts';

/** Every fault; docs/fault-proxy.md says how to add one. */
export const faultKinds = {
  latency: latencyFault,
  bandwidth: bandwidthFault,
  blackhole: blackholeFault,
  timeout: timeoutFault,
  reset: resetFault,
  lost_answers: lostAnswersFault,
  slow_close: slowCloseFault,
  slicer: slicerFault,
  limit: limitFault,
} as const;

export const faultSchema = Type.Union([
  latencyFault,
  bandwidthFault,
  blackholeFault,
  timeoutFault,
  resetFault,
  lostAnswersFault,
  slowCloseFault,
  slicerFault,
  limitFault,
]);
export type Fault = Static<typeof faultSchema>;

const example = '{"kind":"latency","ms":100,"jitterMs":20}';

/** A fault as somebody sent it. @throws FluxError `fault_refused` that says what is wrong with it */
export function readFault(document: unknown): Fault {
  if (Value.Check(faultSchema, document)) return document;
  throw new FluxError('fault_refused', `this is no fault: ${whyNot(document)}`, { hint: `a fault is like ${example}` });
}

function whyNot(document: unknown): string {
  const kind = typeof document === 'object' && document !== null && 'kind' in document ? document.kind : undefined;
  const known = Object.entries(faultKinds).find(([name]) => name === kind);
  if (known === undefined) return `its kind has to be one of ${Object.keys(faultKinds).join(', ')}`;
  const faults = Value.Errors(known[1], document).map(({ instancePath, message }) =>
    `${instancePath.slice(1).replaceAll('/', '.')} ${message}`.trim(),
  );
  return `of ${known[0]}, ${[...new Set(faults)].join('; ')}`;
}

/** What it does to connections. */
export function effectOf(fault: Fault | null): Effect {
  if (fault === null) return noEffect;
  switch (fault.kind) {
    case 'latency':
      return latency(fault);
    case 'bandwidth':
      return bandwidth(fault);
    case 'blackhole':
      return blackhole();
    case 'timeout':
      return timeout(fault);
    case 'reset':
      return reset(fault);
    case 'lost_answers':
      return lostAnswers();
    case 'slow_close':
      return slowClose(fault);
    case 'slicer':
      return slicer(fault);
    case 'limit':
      return limit(fault);
    default:
      return fault satisfies never;
  }
}
