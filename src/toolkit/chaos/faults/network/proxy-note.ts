import { type Static, Type } from 'typebox';
import { codeOf } from '../../../../engine/domain/flux-error.ts';
import { faultProxyClient } from '../../../fault-proxy/fault-proxy-client.ts';
import type { UndoTools } from '../../fault/chaos-fault.ts';

/** What the undo of any fault of a link has to know. */
export const proxyNoteSchema = Type.Object({ controlUrl: Type.String(), proxyTarget: Type.String() });
type ProxyNote = Static<typeof proxyNoteSchema>;

/** Lets the link carry everything again. A proxy that went with its runner carries nothing any more. */
export async function clearLink({ controlUrl, proxyTarget }: ProxyNote, { sameRunner }: UndoTools): Promise<void> {
  try {
    await faultProxyClient(controlUrl).clear(proxyTarget);
  } catch (error) {
    if (sameRunner || codeOf(error) !== 'fault_proxy_unreachable') throw error;
  }
}
