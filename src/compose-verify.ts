import { nodeClock } from './adapters/node/node-clock.ts';
import { nodeDigest } from './adapters/node/node-digest.ts';
import { openExistingLedger } from './compose-ledger.ts';
import type { Config } from './config/config-schema.ts';

/** What `verify` reads of a data folder: ledger and order log, with the machine's clock and hash. @throws as openExistingLedger */
export async function openVerifiedBooks(config: Config) {
  return { ...(await openExistingLedger(config)), clock: nodeClock, digest: nodeDigest };
}
