import { type TObject, Type } from 'typebox';
import { FluxError } from '../../../../engine/domain/flux-error.ts';
import { faultKinds, readFault } from '../../../fault-proxy/fault.ts';
import { type FaultProxyTarget, faultProxyClient } from '../../../fault-proxy/fault-proxy-client.ts';
import { type ChaosFault, linkFault } from '../../fault/chaos-fault.ts';
import { clearLink, proxyNoteSchema } from './proxy-note.ts';

type Toxic = keyof typeof faultKinds;

interface ToxicWords {
  readonly summary: string;
  /** "redis is slow", with the way's name. */
  readonly says: (target: string) => string;
}

const words: Readonly<Record<Toxic, ToxicWords>> = {
  latency: {
    summary: 'A far or busy network: a round trip takes longer, give or take the jitter. Order is kept.',
    says: (target) => `the way to ${target} gets longer`,
  },
  bandwidth: {
    summary: 'A thin line: so many bytes a second pass on each connection, the sender waits for the rest.',
    says: (target) => `the way to ${target} gets thin`,
  },
  blackhole: {
    summary: 'A parted network: what both sides send vanishes, connections stay, new ones open and hear nothing.',
    says: (target) => `nothing gets through to ${target} or back`,
  },
  timeout: {
    summary: 'A firewall that drops and then gives up: nothing gets through, and connections are cut after a while.',
    says: (target) => `connections to ${target} hang and are cut`,
  },
  reset: {
    summary: 'Every connection is cut (RST), new ones at once or after a while.',
    says: (target) => `connections to ${target} are cut`,
  },
  lost_answers: {
    summary: 'Requests arrive and are done, their answers vanish: lost acknowledgements.',
    says: (target) => `what ${target} answers gets lost`,
  },
  slow_close: {
    summary: 'That a connection has ended or broken is heard late on the other side.',
    says: (target) => `ends of connections to ${target} are heard late`,
  },
  slicer: {
    summary: 'Bytes arrive in small pieces with a pause between them: a message takes many reads.',
    says: (target) => `what goes to ${target} and back arrives in pieces`,
  },
  limit: {
    summary: 'Each connection ends after so many bytes, in the middle of a message.',
    says: (target) => `connections to ${target} end in the middle of a message`,
  },
};

/** Every fault of the proxy as a fault of the way to a part. Its own file is in toolkit/fault-proxy/faults. */
export const toxics: readonly ChaosFault[] = Object.keys(faultKinds).filter(isToxic).map(toxicFault);

function isToxic(name: string): name is Toxic {
  return Object.hasOwn(words, name);
}

function toxicFault(kind: Toxic): ChaosFault {
  const { kind: _, ...settings } = faultKinds[kind].properties;
  const parameters: TObject = Type.Object(settings, { additionalProperties: false });
  return linkFault({
    name: kind,
    summary: words[kind].summary,
    evidence: 'the proxy held, changed or ended something',
    undoing: 'the proxy carries everything as it is',
    parameters,
    note: proxyNoteSchema,
    lasts: 'while',
    needs: () => ['proxied'],
    says: words[kind].says,
    prepare: async ({ target: { controlUrl, proxyTarget } }) => ({ controlUrl, proxyTarget }),
    async inject({ target, parameters: given, chance }, { controlUrl, proxyTarget }) {
      // what the fault draws comes from the experiment's seed, where it names none of its own
      const drawn = 'seed' in settings ? { seed: Math.floor(chance() * 2 ** 31) } : {};
      const said = await faultProxyClient(controlUrl).set(proxyTarget, readFault({ ...drawn, ...given, kind }));
      return met(said, target.name);
    },
    async look({ target }, { controlUrl, proxyTarget }) {
      const targets = await faultProxyClient(controlUrl).targets();
      const here = targets.find(({ name }) => name === proxyTarget);
      if (here === undefined) throw new FluxError('not_found', `the fault proxy has no target ${proxyTarget} any more`);
      return met(here, target.name);
    },
    undo: clearLink,
  });
}

/** A fault at the proxy that nobody came by has hurt nobody. */
function met({ touched, lost, connections }: FaultProxyTarget, name: string) {
  const { chunks, connections: ended } = touched;
  return {
    seen: chunks + ended > 0,
    what: `the proxy changed or held ${chunks} chunks to and from ${name}, and ended ${ended} connections`,
    facts: { chunks, ended, lostBytes: lost.request + lost.answer, connections },
  };
}
