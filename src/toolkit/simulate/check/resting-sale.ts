import type { SaleId } from '../../../engine/domain/ids.ts';
import type { Digest } from '../../../engine/ports/digest.ts';
import type { Gate } from '../../../engine/ports/gate.ts';
import type { Ledger } from '../../../engine/ports/ledger.ts';
import type { LogEntry } from '../../../engine/ports/order-log.ts';
import type { Heard } from '../actors/heard.ts';

/** All that there is of a sale that has come to rest. */
export interface RestingSale {
  readonly saleId: SaleId;
  readonly ledger: Ledger;
  readonly gate: Gate;
  /** By partition: all that readers can see. */
  readonly log: readonly (readonly LogEntry[])[];
  readonly digest: Digest;
  /** Each answer to each wish for an order. */
  readonly heard: readonly Pick<Heard, 'userId' | 'key' | 'outcome'>[];
  /** False where somebody changed a limit: it says nothing of the orders before that. */
  readonly limitsHold: boolean;
  /** False where somebody changed the admission rate: either rate may have admitted without a pass. */
  readonly rateHolds: boolean;
}
