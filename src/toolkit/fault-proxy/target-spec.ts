import { type Static, Type } from 'typebox';
import { Value } from 'typebox/value';
import { FluxError } from '../../engine/domain/flux-error.ts';

const address = Type.String({ minLength: 3, maxLength: 300, description: 'host:port' });

const targetSpec = Type.Object(
  {
    // a part of a URL
    name: Type.String({ pattern: '^[a-z0-9][a-z0-9-]{0,62}$' }),
    listen: Type.Optional(address),
    upstream: address,
  },
  { additionalProperties: false },
);

/** What stands behind a target and where we listen for it; left out: any free port of the loopback. */
export type TargetSpec = Static<typeof targetSpec>;

const proxySpec = Type.Object(
  {
    /** Where the control listens: host:port. */
    control: Type.Optional(address),
    // a cluster of every service is 20; each has a listener of its own
    targets: Type.Array(targetSpec, { minItems: 1, maxItems: 100 }),
  },
  { additionalProperties: false },
);

export type ProxySpec = Static<typeof proxySpec>;

/** A spec as it was read from a file. @throws FluxError `usage` that names the first thing that is wrong */
export function readProxySpec(document: unknown): ProxySpec {
  if (Value.Check(proxySpec, document)) return document;
  const [first] = Value.Errors(proxySpec, document);
  throw new FluxError('usage', `this is no fault proxy: ${first?.instancePath ?? ''} ${first?.message ?? ''}`, {
    hint: 'like {"control":"127.0.0.1:7000","targets":[{"name":"redis","listen":"127.0.0.1:7001","upstream":"127.0.0.1:6379"}]}',
  });
}
