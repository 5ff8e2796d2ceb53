export const watchLimits = {
  /** Wider than any terminal: a sample a column. */
  samples: 400,
  /** What somebody scrolls back through; a log file has the rest. */
  logLines: 2_000,
  /** A line of a stack trace, not a dump. */
  lineLength: 500,
  /** An experiment has a handful. */
  faults: 50,
} as const;
