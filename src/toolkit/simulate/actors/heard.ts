import type { IdempotencyKey, OrderId, UserId } from '../../../engine/domain/ids.ts';
import type { OrderState } from '../../../engine/domain/order.ts';
import type { PlaceOutcome } from '../../../engine/engine.ts';

/** What one request of a buyer heard; `nothing` where no answer came. */
export interface Heard {
  readonly askedMs: number;
  readonly atMs: number;
  readonly server: string;
  readonly userId: UserId;
  readonly key: IdempotencyKey;
  readonly outcome: PlaceOutcome | { readonly kind: 'nothing' };
}

type Yes = Extract<Heard['outcome'], { readonly kind: 'accepted' | 'duplicate' }>;

/** A 200: the buyer has his order, now or since an earlier request. */
export function isYes(outcome: Heard['outcome']): outcome is Yes {
  return outcome.kind === 'accepted' || outcome.kind === 'duplicate';
}

/** What a buyer was told has become of his order when he cancelled or confirmed it. Nobody else does either to it. */
export interface HeardEnd {
  readonly orderId: OrderId;
  readonly state: OrderState;
}

/** Who is told what buyers hear, in the moment when they do. */
export interface Listener {
  hear(heard: Heard): void;
  hearEnd(end: HeardEnd): void;
}
