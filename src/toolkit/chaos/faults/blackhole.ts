import { Type } from 'typebox';
import { faultProxyClient } from '../../fault-proxy/fault-proxy-client.ts';
import { linkFault } from '../fault/chaos-fault.ts';
import { clearLink, proxyNoteSchema } from './proxy-note.ts';

/** A parted network: bytes and ends vanish both ways, connections stay and hear nothing. */
export const blackhole = linkFault({
  name: 'blackhole',
  summary: 'A parted network: what both sides send vanishes, connections stay, new ones open and hear nothing.',
  parameters: Type.Object({}, { additionalProperties: false }),
  note: proxyNoteSchema,
  lasts: 'while',
  needs: () => ['proxied'],
  says: (target) => `nothing gets through to ${target} or back`,
  prepare: async ({ target: { controlUrl, proxyTarget } }) => ({ controlUrl, proxyTarget }),
  async inject({ target }, { controlUrl, proxyTarget }) {
    await faultProxyClient(controlUrl).set(proxyTarget, { kind: 'blackhole' });
    return { seen: false, what: `the proxy swallows what goes to ${target.name}; nothing went there yet` };
  },
  async look({ target }, { controlUrl, proxyTarget }) {
    const targets = await faultProxyClient(controlUrl).targets();
    const lost = targets.find(({ name }) => name === proxyTarget)?.lost ?? { request: 0, answer: 0 };
    const bytes = lost.request + lost.answer;
    return { seen: bytes > 0, what: `${bytes} bytes to and from ${target.name} vanished`, facts: { ...lost } };
  },
  undo: clearLink,
});
