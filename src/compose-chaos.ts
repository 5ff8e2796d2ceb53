import { folderFiles } from './adapters/embedded-postgres/data-folder.ts';
import { connectToRunning } from './adapters/embedded-postgres/embedded-postgres.ts';
import { findPostmaster } from './adapters/embedded-postgres/postmaster.ts';
import { processIdentity } from './adapters/embedded-postgres/process-identity.ts';
import { closeHalfOpenBrokers } from './adapters/kafka/half-open-broker.ts';
import { quietIdleConnections } from './adapters/kafka/idle-request-queue.ts';
import { migrateUp } from './adapters/postgres/migrations.ts';
import { postgresAddress } from './compose-addresses.ts';
import { stackParts } from './compose-stack.ts';
import { stackOrigin } from './compose-stack-origin.ts';
import { loadConfig } from './config/load-config.ts';
import { FluxError } from './engine/domain/flux-error.ts';
import type { ChaosHost } from './toolkit/chaos/system/chaos-host.ts';
import { cacheFolder } from './toolkit/stack/cache-folder.ts';
import { startAgain } from './toolkit/stack/start-again.ts';

/** What experiments do to real stacks and data folders. `cacheDir`: as configured, where it is. */
export function chaosHost(cacheDir: string | undefined): ChaosHost {
  const cache = cacheFolder(cacheDir);
  // faults of Kafka use kafkajs bare
  quietIdleConnections();
  closeHalfOpenBrokers();
  return {
    parts: stackParts,
    cacheDir: cache,
    async migrate(stackDir) {
      const env = { FLUXGATE_MODE: 'stack', FLUXGATE_STACK_DIR: stackDir };
      const { value: config } = await loadConfig({ flags: {}, env, cwd: stackDir, stack: stackOrigin });
      await migrateUp(postgresAddress(config));
    },
    startService: (stackDir, name) => startAgain({ stackDir, cacheDir: cache, name, parts: stackParts }),
    postmaster(dataDir) {
      const found = findPostmaster(folderFiles(dataDir).pgdata);
      const identity = found && processIdentity(found.pid);
      return found === undefined || identity === undefined ? null : { pid: found.pid, identity, port: found.port };
    },
    async loginOf(dataDir) {
      const address = await connectToRunning(dataDir);
      if (address !== null) return address;
      throw new FluxError('ledger_unreachable', `no PostgreSQL answers on ${dataDir}`);
    },
  };
}
