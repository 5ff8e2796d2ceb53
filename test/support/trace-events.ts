import type { TraceEvent } from '../../src/toolkit/simulate/world/trace.ts';

/** Three buyers' orders, by the names that a diagram gives them. */
export const orderIds = {
  A: 'aaaaaaaa-0000-8000-8000-000000000001',
  B: 'bbbbbbbb-0000-8000-8000-000000000002',
  C: 'cccccccc-0000-8000-8000-000000000003',
} as const;

/** A call and its answer a millisecond later, as a network traces them. */
export function asked(
  atMs: number,
  [from, to]: readonly [from: string, to: string],
  [what, answer]: readonly [what: string, answer: string],
  ids: readonly string[] = [],
): readonly TraceEvent[] {
  return [
    { atMs, kind: 'call', from, to, text: what, ids },
    { atMs: atMs + 1, kind: 'answer', from: to, to: from, text: `${what} -> ${answer}`, ids },
  ];
}

export function lost(
  atMs: number,
  [from, to]: readonly [from: string, to: string],
  text: string,
  ids: readonly string[],
): TraceEvent {
  return { atMs, kind: 'lost', from: to, to: from, text, ids };
}

export function happened(atMs: number, kind: 'fault' | 'finding', text: string): TraceEvent {
  return { atMs, kind, from: 'world', to: 'world', text };
}

export function noted(atMs: number, process: string, text: string): TraceEvent {
  return { atMs, kind: 'note', from: process, to: process, text };
}

/** The renewals and looks that a process makes all the time. */
export function routine(fromMs: number, count: number, process = 'p1'): readonly TraceEvent[] {
  return Array.from({ length: count }, (_, nth) =>
    asked(fromMs + nth * 10, [process, 'ledger'], ['renewServer', 'epoch 1'], ['product-0', 'epoch 1']),
  ).flat();
}
