import { FluxError } from '../../../engine/domain/flux-error.ts';
import type { OrderId } from '../../../engine/domain/ids.ts';
import type { AdminClient } from '../../admin-client/admin-client.ts';
import { orderAnswer } from '../../admin-client/answers.ts';
import type { LookedAt, StoryFact } from './order-story.ts';

/**
 * What the running server says of one order: `GET /status/ID` asks the gate where the ledger has no row yet.
 * A server that does not answer is told, not thrown: the other books still have their say.
 */
export async function gateFacts(
  server: AdminClient | null,
  orderId: OrderId,
): Promise<{ readonly facts: readonly StoryFact[]; readonly lookedAt: LookedAt }> {
  const looked = (text: string): LookedAt => ({ book: 'gate', text });
  if (server === null) return { facts: [], lookedAt: looked('absent: no server runs') };
  const where = `GET ${server.url}/status/${orderId}`;
  try {
    const { state, recorded } = await server.call('GET', `/status/${orderId}`, orderAnswer, undefined, { once: true });
    const text = recorded ? `the server says ${state}` : `the gate holds it: ${state}, not yet recorded`;
    return { facts: [{ book: 'gate', at: null, text, where }], lookedAt: looked(`known to ${server.url}`) };
  } catch (error) {
    if (!(error instanceof FluxError)) throw error;
    const unknown = error.code === 'not_found';
    return {
      facts: [],
      lookedAt: looked(unknown ? `unknown to ${server.url}` : `could not be asked: ${error.message}`),
    };
  }
}
