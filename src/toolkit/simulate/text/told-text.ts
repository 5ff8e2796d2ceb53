import type { SmallWorld, ToldWorld } from '../asked/tell-world.ts';
import type { BrokenPromise } from '../check/broken-promise.ts';
import type { NamedOrder } from '../diagram/diagram.ts';
import { diagramText } from '../diagram/diagram-text.ts';
import { type PlanLine, planLines, planSize } from '../plan/plan-text.ts';
import type { RunResult } from '../run/run-plan.ts';
import { traceLine } from './trace-line.ts';
import { wrapped } from './wrapped.ts';

/** `  1350.30` and two spaces, as in the diagram. */
const timeWidth = 11;

/** What one world was; where it was explained, why it broke its promise, with `all` events in place of the diagram. */
export function toldText(
  told: ToldWorld,
  columns: number,
  { all, trace }: { readonly all: boolean; readonly trace: boolean },
): string {
  const { name, replay, result, small } = told;
  const head = worldLine(name, result);
  if (small === null || !trace) return [head, verdictText(result.broken)].join('\n');
  const { events, diagram, broken } = small;
  return [
    head,
    findingText(broken, columns),
    '',
    ...wrapped(sizeText(told, small), columns),
    planText(planLines(small.plan), small.result.openedMs, columns),
    '',
    ...(all ? events.map(traceLine) : [diagramText(diagram, columns)]),
    ...(diagram.orders.length === 0 ? [] : ['', ...ordersText(diagram.orders)]),
    '',
    findingText(broken, columns),
    '',
    `Again: fluxgate simulate ${replay} --trace`,
    ...(all ? [] : ['Every event of it: the same with --all']),
  ].join('\n');
}

function worldLine(name: string, { steps, virtualMs, digest }: RunResult): string {
  const hex = digest.toString(16).padStart(8, '0');
  return `${name}: ${steps.toLocaleString('en')} steps, ${(virtualMs / 1_000).toFixed(1)} s of virtual time, digest ${hex}`;
}

function verdictText(broken: RunResult['broken']): string {
  if (broken === null) return 'Every promise was kept.';
  return `${broken.invariant} broken at ${broken.atMs.toFixed(2)} ms: ${broken.text}`;
}

function sizeText({ plan }: ToldWorld, small: SmallWorld): string {
  if (small.runs === 0) return `The world has ${planSize(small.plan)}:`;
  const which = small.isSmallest ? 'The smallest world' : 'At the limit of runs, a smaller world';
  return `${which} that breaks the same promise has ${planSize(small.plan)} (drawn: ${planSize(plan)}; ${small.runs} runs):`;
}

/** A plan by time; its moments count from the opening of the sale, those of the diagram from the first step. */
function planText(lines: readonly PlanLine[], openedMs: number, columns: number): string {
  return lines
    .flatMap(({ atMs, text }) =>
      wrapped(text, columns - timeWidth).map((line, nth) => {
        const at = atMs === null || nth > 0 ? '' : (openedMs + atMs).toFixed(2).padStart(timeWidth - 2);
        return `${at.padEnd(timeWidth)}${line}`;
      }),
    )
    .join('\n');
}

function ordersText(orders: readonly NamedOrder[]): readonly string[] {
  return orders.map(({ name, orderId, userId }) => `${name}  ${orderId}${userId === null ? '' : `  ${userId}`}`);
}

function findingText({ invariant, kind, text }: BrokenPromise, columns: number): string {
  return [`${invariant} (${kind})`, ...wrapped(text, columns - 2).map((line) => `  ${line}`)].join('\n');
}
