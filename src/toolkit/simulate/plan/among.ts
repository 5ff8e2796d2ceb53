/** Draws one of the values; each is as likely as the others. */
export type Among = <Value>(...values: readonly [Value, ...Value[]]) => Value;
