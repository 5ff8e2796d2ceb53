import { faultText } from './fault-text.ts';
import type { BuyerPlan, OperatorPlan, WorldPlan } from './plan.ts';

/** What happens in a world, one line each by time: only worlds of a few buyers are told in full. */
const mostBuyers = 12;

export interface PlanLine {
  /** Since the sale opened; null for what lasts. */
  readonly atMs: number | null;
  readonly text: string;
}

/** A plan for people: what runs, what is sold, who comes and what goes wrong, by time. */
export function planLines(plan: WorldPlan): readonly PlanLine[] {
  const { processes, buyers, operators, faults } = plan;
  const timed = [
    ...(buyers.length > mostBuyers ? [] : buyers.map((buyer) => ({ atMs: buyer.atMs, text: buyerText(buyer) }))),
    ...operators.map((operator) => ({ atMs: operator.atMs, text: operatorText(operator) })),
    ...faults.map((fault) => ({ atMs: fault.atMs, text: faultText(fault) })),
    { atMs: plan.safetyMs, text: 'no more faults: everything has to come to rest' },
  ].sort((a, b) => a.atMs - b.atMs);
  const lasting = [
    processes.map(({ name, roles }) => `${name} ${roles.join(' and ')}`).join(', '),
    saleText(plan),
    ...(buyers.length > mostBuyers ? [`${buyers.length} buyers`] : []),
  ];
  return [...lasting.map((text) => ({ atMs: null, text })), ...timed];
}

/** How much of a world there is. */
export function planSize({ buyers, operators, faults, processes }: WorldPlan): string {
  return [
    counted(buyers.length, 'buyer'),
    ...(operators.length === 0 ? [] : [counted(operators.length, 'wish of operators', 'wishes of operators')]),
    counted(faults.length, 'fault'),
    counted(processes.length, 'process', 'processes'),
  ].join(', ');
}

function saleText({ stock, limitPerUser, confirmation, admissionRate, partitions }: WorldPlan): string {
  const units = stock.map((each, product) => `${each} of product-${product}`).join(', ');
  const rate = admissionRate === null ? '' : `, ${admissionRate} admitted a second`;
  return `${units}; limit ${limitPerUser} a buyer, ${confirmation}${rate}, ${counted(partitions, 'partition')}`;
}

function buyerText({ nth, behaviour, lines }: BuyerPlan): string {
  const wanted = lines.map(({ product, quantity }) => `${quantity} of product-${product}`).join(' and ');
  return `user-${nth} wants ${wanted} (${behaviour.replaceAll('_', ' ')})`;
}

function operatorText(operator: OperatorPlan): string {
  const { kind, atMs: _, server: __, ...rest } = operator;
  const more = Object.entries(rest).map(([name, value]) => `${name} ${value}`);
  return [`operator: ${kind.replaceAll('_', ' ')}`, ...more].join(', ');
}

function counted(n: number, what: string, many = `${what}s`): string {
  return `${n} ${n === 1 ? what : many}`;
}
