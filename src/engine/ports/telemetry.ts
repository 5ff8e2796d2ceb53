/** What the flows count. The names are stable: metrics and `/stats` show them. */
export type Counted =
  | 'orders_recorded'
  | 'orders_repeated'
  | 'orders_late'
  | 'orders_revoked'
  | 'orders_expired'
  | 'dead_letters'
  | 'outbox_relayed'
  | 'releases_acknowledged'
  | 'gate_rebuilt'
  | 'rebuild_abandoned'
  | 'fence_reported'
  | 'append_unknown'
  | 'relay_unknown'
  | 'settle_refused';

/** Where flows say what happened, for metrics and the log. Never throws, never waits. */
export interface Telemetry {
  count(what: Counted, n?: number): void;
  /** Something failed that the flow goes on from. `where` is the flow's name. */
  fault(where: string, error: unknown): void;
  /** Something an operator would want to read afterwards; `figures` have their units in their names. */
  note(where: string, text: string, figures?: Readonly<Record<string, number>>): void;
}
