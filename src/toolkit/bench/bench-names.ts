/** What `fluxgate bench` can measure. */
export const benchNames = ['http', 'gate', 'log', 'ledger', 'order', 'rebuild', 'load'] as const;
export type BenchName = (typeof benchNames)[number];
