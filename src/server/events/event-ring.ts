import { randomBytes } from 'node:crypto';
import type { EngineEvent } from '../../engine/engine.ts';

/** An event with its place in this process's sequence, and the text that goes over the wire. */
export interface NumberedEvent {
  readonly number: number;
  readonly event: EngineEvent;
  readonly text: string;
}

/** What stays the same over all events about one thing: the newest says all. */
function subjectOf(event: EngineEvent): string {
  return event.kind === 'stock' ? `stock ${event.saleId} ${event.productId}` : `sale ${event.saleId}`;
}

/**
 * The last events, for readers that come back with `Last-Event-ID`, and the newest of each subject, for readers that
 * come for the first time or were away too long. Both bounded.
 */
export class EventRing {
  /** Ids of another process start mean nothing here. */
  readonly #prefix = randomBytes(4).toString('hex');
  readonly #ring: NumberedEvent[] = [];
  readonly #newest = new Map<string, NumberedEvent>();
  readonly #size: number;
  readonly #subjects: number;
  #number = 0;

  constructor(size: number, subjects: number) {
    this.#size = size;
    this.#subjects = subjects;
  }

  add(event: EngineEvent): NumberedEvent {
    const numbered = this.#numbered(event);
    this.#ring[numbered.number % this.#size] = numbered;
    const subject = subjectOf(event);
    if (this.#newest.has(subject) || this.#newest.size < this.#subjects) {
      this.#newest.set(subject, numbered);
    }
    return numbered;
  }

  /** What somebody gets who has seen everything up to `lastEventId`: what came after it, or else what is now. */
  since(lastEventId: string | undefined): readonly NumberedEvent[] {
    const from = this.#parse(lastEventId);
    if (from === null || this.#number - from > this.#size) {
      return [...this.#newest.values()].sort((a, b) => a.number - b.number);
    }
    const events: NumberedEvent[] = [];
    for (let number = from + 1; number <= this.#number; number += 1) {
      const kept = this.#ring[number % this.#size];
      if (kept !== undefined) events.push(kept);
    }
    return events;
  }

  knows(event: EngineEvent): boolean {
    return this.#newest.has(subjectOf(event));
  }

  #numbered(event: EngineEvent): NumberedEvent {
    this.#number += 1;
    const number = this.#number;
    const { kind, ...data } = event;
    return { number, event, text: `id: ${this.#prefix}-${number}\nevent: ${kind}\ndata: ${JSON.stringify(data)}\n\n` };
  }

  #parse(id: string | undefined): number | null {
    if (id === undefined || !id.startsWith(`${this.#prefix}-`)) return null;
    const number = Number(id.slice(this.#prefix.length + 1));
    return Number.isSafeInteger(number) && number >= 0 && number <= this.#number ? number : null;
  }
}
