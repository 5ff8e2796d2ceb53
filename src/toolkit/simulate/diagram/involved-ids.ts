import type { TraceEvent } from '../world/trace.ts';

/** What a finding says of itself. */
export interface About {
  readonly text: string;
  readonly ids: readonly string[];
}

const orderIds = /[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}/g;
const others = /\b(?:user|product)-\d+\b/g;

/**
 * The orders and users that a finding is about: those that it names, with whoever asked for them. Where it names products
 * alone, whoever asked for one; where it names nothing, everybody.
 */
export function involvedIds(events: readonly TraceEvent[], { text, ids }: About): ReadonlySet<string> {
  const named = new Set([...ids, ...(text.match(orderIds) ?? []), ...(text.match(others) ?? [])]);
  const asked = events.filter(({ ids: about = [] }) => isOfOne(about)).map(({ ids: about = [] }) => about);
  const people = [...named].filter(isSomebody);
  if (people.length === 0) {
    const isMeant = (about: readonly string[]) => named.size === 0 || about.some((id) => named.has(id));
    return new Set(asked.filter(isMeant).flatMap((about) => about.filter(isOrder)));
  }
  const involved = new Set(people);
  // an order leads to its buyer, and a buyer to all his orders: two rounds see both
  for (let round = 0; round < 2; round += 1) {
    for (const about of asked) {
      if (about.some((id) => involved.has(id))) for (const id of about.filter(isSomebody)) involved.add(id);
    }
  }
  return involved;
}

function isSomebody(id: string): boolean {
  return isOrder(id) || isUser(id);
}

/** Who is mentioned beside whom says something only where a call is about one order. */
function isOfOne(about: readonly string[]): boolean {
  return about.filter(isOrder).length === 1 && about.filter(isUser).length === 1;
}

export function isOrder(id: string): boolean {
  return id.length === 36 && id.charAt(14) === '8';
}

export function isUser(id: string): boolean {
  return id.startsWith('user-');
}
