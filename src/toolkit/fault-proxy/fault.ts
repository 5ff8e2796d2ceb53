import { type Static, Type } from 'typebox';
import { Value } from 'typebox/value';
import { FluxError } from '../../engine/domain/flux-error.ts';
import { blackhole, blackholeFault } from './faults/blackhole.ts';
import { type Effect, noEffect } from './faults/effect.ts';
import { latency, latencyFault } from './faults/latency.ts';
import { lostAnswers, lostAnswersFault } from './faults/lost-answers.ts';
import { reset, resetFault } from './faults/reset.ts';

const kinds = {
  latency: latencyFault,
  blackhole: blackholeFault,
  reset: resetFault,
  lost_answers: lostAnswersFault,
} as const;

/** Every fault; docs/fault-proxy.md says how to add one. */
export const faultSchema = Type.Union([latencyFault, blackholeFault, resetFault, lostAnswersFault]);
export type Fault = Static<typeof faultSchema>;

const example = '{"kind":"latency","ms":100,"jitterMs":20}';

/** A fault as somebody sent it. @throws FluxError `fault_refused` that says what is wrong with it */
export function readFault(document: unknown): Fault {
  if (Value.Check(faultSchema, document)) return document;
  throw new FluxError('fault_refused', `this is no fault: ${whyNot(document)}`, { hint: `a fault is like ${example}` });
}

function whyNot(document: unknown): string {
  const kind = typeof document === 'object' && document !== null && 'kind' in document ? document.kind : undefined;
  const known = Object.entries(kinds).find(([name]) => name === kind);
  if (known === undefined) return `its kind has to be one of ${Object.keys(kinds).join(', ')}`;
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
    case 'blackhole':
      return blackhole();
    case 'reset':
      return reset();
    case 'lost_answers':
      return lostAnswers();
    default:
      return fault satisfies never;
  }
}
