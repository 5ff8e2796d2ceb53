import { processIdentity } from './adapters/embedded-postgres/process-identity.ts';

/** What the journals of runbooks have to know of processes. */
export const runbookProcesses = { identityOf: processIdentity };
