import { Type } from 'typebox';
import { FluxError } from '../../engine/domain/flux-error.ts';
import type { AdminClient } from '../admin-client/admin-client.ts';
import { type ProbeSources, probeStats } from './probe-facts.ts';

const readiness = Type.Object({ ready: Type.Boolean() });

/** More than these nobody counts. */
const maxLetters = 10_000;

/** A probe's sources: a server over HTTP, and the ledger's letters. Each call is made once: `--wait` asks again by itself. */
export function serverSources(
  open: () => Promise<AdminClient>,
  readLetters: (limit: number) => Promise<readonly unknown[]>,
): ProbeSources {
  return {
    stats: async () => (await open()).call('GET', '/stats', probeStats, undefined, { once: true }),
    async whyNotReady() {
      try {
        const server = await open();
        return (await server.call('GET', '/readyz', readiness, undefined, { once: true })).ready ? null : 'it says no';
      } catch (error) {
        if (error instanceof FluxError && error.code === 'server_unreachable') return error.message;
        throw error;
      }
    },
    deadLetters: async () => (await readLetters(maxLetters)).length,
  };
}
