import { FluxError } from '../../engine/domain/flux-error.ts';
import { stackCommand } from './stack-command.ts';
import type { StackShape, StackVariant } from './stack-shape.ts';

/** What somebody typed behind `stack up`; nothing asks for what the stack is already. */
export interface AskedShape {
  /** `auto` takes what the machine has; default: what the stack is already, else native. */
  readonly provider?: 'auto' | StackShape['provider'];
  readonly variants: readonly StackVariant[];
  readonly proxied: boolean;
}

/**
 * The shape of the stack after `up`: what it is, if it has all that was asked for; else what was asked for, where there is
 * none yet, of the provider `chosen`. A stack is never turned into another one: its data are of its shape.
 * @throws FluxError `usage` for what cannot be had together, `stack_differs`
 */
export function shapeAfter(
  former: StackShape | null,
  asked: AskedShape,
  stackDir: string,
  chosen: StackShape['provider'] = 'native',
): StackShape {
  const variants = [...new Set(asked.variants)].toSorted();
  const wanted: AskedShape = { ...asked, variants };
  refuseContradiction(wanted);
  if (former === null) return { provider: chosen, variants, proxied: asked.proxied };
  const missing = variants.filter((variant) => !former.variants.includes(variant));
  const otherProvider = (asked.provider ?? 'auto') !== 'auto' && asked.provider !== former.provider;
  if (missing.length === 0 && (former.proxied || !asked.proxied) && !otherProvider) return former;
  throw new FluxError(
    'stack_differs',
    `the stack in ${stackDir} was made by stack up${flagsOf(former)}: it cannot become one${flagsOf(wanted)}`,
    {
      hint: `${stackCommand('down', stackDir)} && ${stackCommand('up', stackDir)}${flagsOf(wanted)} (its data go), or another --dir`,
    },
  );
}

function refuseContradiction({ provider, variants, proxied }: AskedShape): void {
  if (provider === 'docker' && (variants.length > 0 || proxied)) {
    const flags = flagsOf({ variants, proxied });
    throw new FluxError('usage', `--provider docker has one Redis, one Kafka and one PostgreSQL, and no${flags}`, {
      hint: `fluxgate stack up --provider native${flags}`,
    });
  }
  if (variants.includes('redis-sentinel') && variants.includes('redis-cluster')) {
    throw new FluxError('usage', 'a stack has Sentinels or a Cluster: --with redis-sentinel --with redis-cluster', {
      hint: 'one stack of each: fluxgate stack up --with redis-cluster --dir .fluxgate-cluster',
    });
  }
  const redis = variants.find((variant) => variant !== 'kafka-3');
  if (proxied && redis !== undefined) {
    // Their nodes tell clients, and each other, the addresses of all: whoever is sent on goes past the proxy.
    throw new FluxError('usage', `--proxied cannot be had with --with ${redis}: its nodes send clients past a proxy`, {
      hint: 'fluxgate stack up --proxied, or --proxied --with kafka-3',
    });
  }
}

function flagsOf({ provider = 'auto', variants, proxied }: AskedShape): string {
  const flags = [
    ...(provider === 'auto' ? [] : [`--provider ${provider}`]),
    ...variants.map((variant) => `--with ${variant}`),
    ...(proxied ? ['--proxied'] : []),
  ];
  return flags.map((flag) => ` ${flag}`).join('');
}
