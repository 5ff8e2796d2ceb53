import type { DemoState, StepState } from './demo-state.ts';
import { clock, count, outcomeRows, stepLine } from './demo-text.ts';

/** A line a second: readable in a log. */
const everyMs = 1_000;

/** The demo without a terminal: each step when it changes, and where the crowd stands once a second. */
export function createPlainView(write: (line: string) => void): (state: DemoState) => void {
  const seen = new Map<string, StepState>();
  let lastMs = Number.NEGATIVE_INFINITY;
  return (state) => {
    for (const step of state.steps) {
      if (step.state === 'waiting' || seen.get(step.name) === step.state) continue;
      seen.set(step.name, step.state);
      write(`${clock(state.elapsedMs)} ${stepLine(step)}`);
    }
    if (state.load === null || state.load.phase !== 'arriving' || state.elapsedMs - lastMs < everyMs) return;
    lastMs = state.elapsedMs;
    const rows = outcomeRows(state).map(({ name, n }) => `${name} ${count(n)}`);
    write(`${clock(state.elapsedMs)}   ${count(state.free ?? 0)} left · ${rows.join(' · ')}`);
  };
}
