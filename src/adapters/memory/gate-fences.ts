import type { Epoch, SaleId } from '../../engine/domain/ids.ts';
import type { SnapshotChunk } from '../../engine/ports/gate.ts';
import { GateSale } from './gate-sale.ts';

interface Fence {
  readonly epoch: Epoch;
  /** `raised`: nothing older holds, nobody has begun to rebuild. Seen from outside it is `building`. */
  readonly state: 'raised' | 'building' | 'open';
  /** The instance that the epoch was raised, begun or opened in. A restarted gate is another instance. */
  readonly instance: number;
}

/**
 * The fence of each sale, and behind it the sale's state (design.md section 6).
 *
 * Epoch, state and instance have to match before anything is read or changed. The instance stands for the replication
 * id of a Redis primary: a gate that was restarted or rolled back has another one, however much data it kept.
 */
export class GateFences {
  #instance = 1;
  readonly #fences = new Map<SaleId, Fence>();
  readonly #sales = new Map<SaleId, GateSale>();

  /** The sale's state where `epoch` is open here, null where the gate has to be made anew. */
  open(saleId: SaleId, epoch: Epoch): GateSale | null {
    const fence = this.#fences.get(saleId);
    if (fence?.epoch !== epoch || fence.state !== 'open' || fence.instance !== this.#instance) return null;
    return this.#sales.get(saleId) ?? null;
  }

  read(saleId: SaleId): { epoch: Epoch; state: 'building' | 'open'; matches: boolean } | null {
    const fence = this.#fences.get(saleId);
    if (fence === undefined) return null;
    const state = fence.state === 'open' ? 'open' : 'building';
    return { epoch: fence.epoch, state, matches: fence.instance === this.#instance };
  }

  raise(saleId: SaleId, epoch: Epoch): void {
    const fence = this.#fences.get(saleId);
    if (fence === undefined || fence.epoch < epoch) this.#set(saleId, epoch, 'raised');
  }

  /** Only over a lower epoch or its own unopened one. What a rebuild loaded that did not get to its end is forgotten. */
  begin(saleId: SaleId, epoch: Epoch): boolean {
    const fence = this.#fences.get(saleId);
    if (fence !== undefined && (fence.epoch > epoch || (fence.epoch === epoch && fence.state === 'open'))) return false;
    this.#set(saleId, epoch, 'building');
    this.#sales.delete(saleId);
    return true;
  }

  /** The first head after begin makes the state; a head that comes again changes nothing. */
  load(saleId: SaleId, epoch: Epoch, chunk: SnapshotChunk): boolean {
    if (!this.#standsAs(saleId, epoch, 'building')) return false;
    const sale = this.#sales.get(saleId);
    if (chunk.kind === 'head') {
      if (sale === undefined) this.#sales.set(saleId, new GateSale(epoch, chunk));
      return true;
    }
    sale?.load(chunk);
    return sale !== undefined;
  }

  /** Opens what was begun and has a head. Opening again what is open is the same as once. */
  finish(saleId: SaleId, epoch: Epoch): boolean {
    if (this.#standsAs(saleId, epoch, 'open')) return true;
    if (!this.#standsAs(saleId, epoch, 'building') || !this.#sales.has(saleId)) return false;
    this.#set(saleId, epoch, 'open');
    return true;
  }

  /** From here on this is another instance: no fence matches. */
  restart(): void {
    this.#instance += 1;
  }

  copy(): GateFences {
    const copy = new GateFences();
    copy.#instance = this.#instance;
    for (const [saleId, fence] of this.#fences) copy.#fences.set(saleId, fence);
    for (const [saleId, sale] of this.#sales) copy.#sales.set(saleId, sale.copy());
    return copy;
  }

  #standsAs(saleId: SaleId, epoch: Epoch, state: Fence['state']): boolean {
    const fence = this.#fences.get(saleId);
    return fence?.epoch === epoch && fence.state === state && fence.instance === this.#instance;
  }

  #set(saleId: SaleId, epoch: Epoch, state: Fence['state']): void {
    this.#fences.set(saleId, { epoch, state, instance: this.#instance });
  }
}
