import type { IdempotencyKey, UserId } from '../../../engine/domain/ids.ts';
import type { PlaceOutcome } from '../../../engine/engine.ts';

/** What one request of a buyer heard; `nothing` where no answer came. */
export interface Heard {
  readonly atMs: number;
  readonly server: string;
  readonly userId: UserId;
  readonly key: IdempotencyKey;
  readonly outcome: PlaceOutcome | { readonly kind: 'nothing' };
}
