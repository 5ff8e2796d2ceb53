/** What `fluxgate bench` can measure. */
export const benchNames = ['http', 'gate', 'log', 'ledger', 'order', 'rebuild'] as const;
export type BenchName = (typeof benchNames)[number];
