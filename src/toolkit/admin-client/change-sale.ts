import type { SaleState } from '../../engine/domain/sale.ts';
import type { AdminClient } from './admin-client.ts';
import { type SaleAnswer, saleAnswer } from './answers.ts';

/** What an operator may change of a sale; what is left out stays. Times are ISO 8601. */
export interface SaleChanges {
  readonly state?: SaleState;
  readonly opensAt?: string | null;
  readonly closesAt?: string | null;
  readonly confirmation?: string;
  readonly holdSeconds?: number;
  readonly admissionRate?: number | null;
  readonly products?: readonly {
    readonly productId: string;
    readonly limitPerUser?: number | null;
    readonly priceMinor?: number;
    readonly currency?: string;
  }[];
}

/** Changes a sale that is there and returns it as it is then. */
export function changeSale(server: AdminClient, saleId: string, changes: SaleChanges): Promise<SaleAnswer> {
  return server.call('PATCH', `/sales/${encodeURIComponent(saleId)}`, saleAnswer, changes);
}
