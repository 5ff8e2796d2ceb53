import { FluxError } from '../../engine/domain/flux-error.ts';
import { stackCommand } from './stack-command.ts';
import type { StackShape, StackVariant } from './stack-shape.ts';

/** What somebody typed behind `stack up`; nothing asks for what the stack is already. */
export interface AskedShape {
  readonly variants: readonly StackVariant[];
  readonly proxied: boolean;
}

/**
 * The shape of the stack after `up`: what it is, if it has all that was asked for; else what was asked for, where there is
 * none yet. A stack is never turned into another one: its data are of its shape.
 * @throws FluxError `usage` for what cannot be had together, `stack_differs`
 */
export function shapeAfter(former: StackShape | null, asked: AskedShape, stackDir: string): StackShape {
  const variants = [...new Set(asked.variants)].toSorted();
  refuseContradiction({ variants, proxied: asked.proxied });
  if (former === null) return { provider: 'native', variants, proxied: asked.proxied };
  const missing = variants.filter((variant) => !former.variants.includes(variant));
  if (missing.length === 0 && (former.proxied || !asked.proxied)) return former;
  const wanted = { variants, proxied: asked.proxied };
  throw new FluxError(
    'stack_differs',
    `the stack in ${stackDir} was made by stack up${flagsOf(former)}: it cannot become one${flagsOf(wanted)}`,
    {
      hint: `${stackCommand('down', stackDir)} && ${stackCommand('up', stackDir)}${flagsOf(wanted)} (its data go), or another --dir`,
    },
  );
}

function refuseContradiction({ variants, proxied }: AskedShape): void {
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

function flagsOf({ variants, proxied }: AskedShape): string {
  const flags = [...variants.map((variant) => `--with ${variant}`), ...(proxied ? ['--proxied'] : [])];
  return flags.map((flag) => ` ${flag}`).join('');
}
