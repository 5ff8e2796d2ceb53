import { Value } from 'typebox/value';
import { FluxError } from '../../engine/domain/flux-error.ts';
import { type AdminClient, openAdminClient } from '../admin-client/admin-client.ts';
import { pause } from './pause.ts';
import { type Seen, statsSeen } from './sighting.ts';

/** A curve of a point a second is what people read; the server's figures are averages over ten. */
const everyMs = 1_000;

export interface StatsSource {
  /** @throws FluxError what the first look met: then there is nothing to watch */
  first(): Promise<Seen<'stats'>>;
  /** A look a second, until the signal. An error is a sighting, too: whoever watches wants to see it come back. */
  run(onSeen: (seen: Seen<'stats'> | Seen<'silence'>) => void, signal: AbortSignal): Promise<void>;
}

/**
 * Looks at GET /stats. `address` is asked again after each failure: a server that comes back may have another port.
 */
export function statsSource(use: {
  readonly address: () => Promise<string>;
  readonly token: string | undefined;
  readonly now: () => number;
}): StatsSource {
  let client: AdminClient | null = null;
  const look = async (): Promise<Seen<'stats'>> => {
    client ??= openAdminClient(await use.address(), use.token);
    const answer = await client.call('GET', '/stats', statsSeen, undefined, { once: true });
    Value.Clean(statsSeen, answer); // in place: what nobody shows is not recorded
    return { kind: 'stats', atMs: use.now(), server: client.url, stats: answer };
  };
  const drop = async (): Promise<string> => {
    const url = client?.url ?? '';
    const dropped = client;
    client = null;
    await dropped?.close().catch(() => {});
    return url;
  };
  return {
    async first() {
      try {
        return await look();
      } catch (error) {
        await drop();
        throw error;
      }
    },
    async run(onSeen, signal) {
      while (!signal.aborted) {
        const startedMs = performance.now();
        try {
          onSeen(await look());
        } catch (error) {
          const url = await drop();
          if (!signal.aborted) onSeen({ kind: 'silence', atMs: use.now(), server: url, why: shortly(error) });
        }
        await pause(Math.max(0, everyMs - (performance.now() - startedMs)), signal);
      }
      await drop();
    },
  };
}

/** For a line of a dashboard. */
function shortly(error: unknown): string {
  if (!(error instanceof FluxError)) return error instanceof Error ? error.message : String(error);
  const cause = error.cause instanceof Error && 'code' in error.cause ? ` (${error.cause.code})` : '';
  return `${error.message}${cause}`;
}
