import type { Epoch, GateId, SaleId } from '../ids.ts';

interface Generation {
  readonly saleId: SaleId;
  readonly gateId: GateId;
  readonly epoch: Epoch;
}

/**
 * Tells which records of the order log are late: behind the marker of a newer epoch in their own partition.
 * An auditor's own reading of the rule: it must not share the code of the ledgers that it judges (domain/late-records.ts).
 * Feed it every partition in order. Its size is that of sales times partitions.
 */
export class MarkersSeen {
  readonly #newest = new Map<string, Epoch>();

  marker(partition: number, marker: Generation): void {
    const at = `${partition} ${marker.gateId} ${marker.saleId}`;
    const newest = this.#newest.get(at);
    if (newest === undefined || newest < marker.epoch) this.#newest.set(at, marker.epoch);
  }

  isLate(partition: number, record: Generation): boolean {
    if (this.#newest.size === 0) return false;
    const newest = this.#newest.get(`${partition} ${record.gateId} ${record.saleId}`);
    return newest !== undefined && record.epoch < newest;
  }
}
