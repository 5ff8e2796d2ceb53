import type { OrderId } from '../../../engine/domain/ids.ts';
import { type Heard, type HeardEnd, isYes, type Listener } from '../actors/heard.ts';
import type { BrokenPromise } from '../check/broken-promise.ts';
import { heardTooEarly } from '../check/heard-too-early.ts';
import type { World } from '../world/world.ts';

/** What is written down of a world while it runs. */
export class RunNotes implements Listener {
  readonly heard: Heard[] = [];
  readonly ends: HeardEnd[] = [];
  readonly #world: World;
  readonly #reached = new Map<string, number>();
  /** Of whom a yes was heard: what stands ahead of a marker on all replicas stays there. */
  readonly #inTime = new Set<OrderId>();
  #broken: (BrokenPromise & { readonly atMs: number }) | null = null;

  constructor(world: World) {
    this.#world = world;
  }

  /** The first promise that was broken. */
  get broken(): (BrokenPromise & { readonly atMs: number }) | null {
    return this.#broken;
  }

  /** To be handed over as it is. */
  readonly isBroken = (): boolean => this.#broken !== null;

  /** A promise was broken, now. */
  find(promise: BrokenPromise): void {
    if (this.#broken !== null) return;
    const { scheduler, trace } = this.#world.services;
    this.#broken = { ...promise, atMs: scheduler.nowMs };
    trace.add({ atMs: scheduler.nowMs, kind: 'finding', from: 'world', to: 'world', text: promise.text });
  }

  reach(what: string): void {
    this.#reached.set(what, (this.#reached.get(what) ?? 0) + 1);
  }

  /** How often what happened. */
  get reached(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#reached);
  }

  /** Each yes is looked at in the moment when it is heard. */
  hear(heard: Heard): void {
    this.heard.push(heard);
    const { outcome } = heard;
    this.reach(`heard ${outcome.kind}`);
    if (!isYes(outcome)) return;
    if (this.#inTime.has(outcome.orderId)) return;
    const early = heardTooEarly(this.#world, outcome.orderId);
    if (early) this.find(early);
    else this.#inTime.add(outcome.orderId);
  }

  hearEnd(end: HeardEnd): void {
    this.ends.push(end);
  }
}
