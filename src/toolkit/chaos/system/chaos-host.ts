import type { ProcessRef } from '../../stack/native/service-process.ts';
import type { ServiceName } from '../../stack/service-name.ts';
import type { PostgresLogin, StackParts } from '../../stack/stack-parts.ts';

/** What experiments need of adapters; compose-chaos.ts has it. */
export interface ChaosHost {
  readonly parts: StackParts;
  readonly cacheDir: string;
  /** Brings the ledger of a stack to this program's schema. */
  migrate(stackDir: string): Promise<void>;
  /** Starts a service of a stack again that has gone, and no other. */
  startService(stackDir: string, name: ServiceName): Promise<void>;
  /** The PostgreSQL process that runs on a data folder; null where none does. */
  postmaster(dataDir: string): (ProcessRef & { readonly port: number }) | null;
  /** How to log in to it. @throws FluxError `ledger_unreachable` where it does not answer */
  loginOf(dataDir: string): Promise<PostgresLogin>;
}
