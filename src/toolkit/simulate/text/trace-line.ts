import type { TraceEvent } from '../world/trace.ts';

/** One event in one line: when, who to whom, what. */
export function traceLine({ atMs, kind, from, to, text }: TraceEvent): string {
  const arrow = { call: '->', answer: '<-', lost: '-x' } as const;
  const who =
    kind === 'call'
      ? `${from} ${arrow.call} ${to}`
      : kind === 'answer' || kind === 'lost'
        ? `${to} ${arrow[kind]} ${from}`
        : from;
  return `${atMs.toFixed(2).padStart(10)}  ${kind.padEnd(7)}  ${who.padEnd(18)}  ${text}`;
}
