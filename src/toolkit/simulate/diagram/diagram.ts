/** A trace as a picture: who takes part, and what of it has to do with a finding. */
export interface Diagram {
  /** Names of the actors that take part, from left to right. */
  readonly lanes: readonly string[];
  readonly rows: readonly Row[];
  /** Short names of orders, as labels have them. */
  readonly orders: readonly NamedOrder[];
}

export interface NamedOrder {
  readonly name: string;
  readonly orderId: string;
  /** Null where nobody was seen to ask for it. */
  readonly userId: string | null;
}

export type Row =
  /** `from` and `to` are lanes; `lost` where one of the two never heard the other. */
  | {
      readonly kind: 'arrow';
      readonly atMs: number;
      readonly from: string;
      readonly to: string;
      readonly lost: boolean;
      readonly label: string;
    }
  | { readonly kind: 'note'; readonly atMs: number; readonly lane: string; readonly label: string }
  | { readonly kind: 'fault' | 'finding'; readonly atMs: number; readonly label: string }
  /** Events that have nothing to do with it; `opening` before anybody came. */
  | { readonly kind: 'folded'; readonly events: number; readonly opening: boolean };
