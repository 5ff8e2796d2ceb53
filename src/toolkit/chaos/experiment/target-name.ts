import type { PartKind } from '../system/chaos-system.ts';

/** What a target's name asks for. */
export type TargetName =
  | { readonly kind: 'part'; readonly part: PartKind; readonly number: number; readonly name: string }
  | { readonly kind: 'controller' | 'primary' }
  | { readonly kind: 'any' | 'every'; readonly part: PartKind }
  | { readonly kind: 'way'; readonly from: string; readonly to: string };

const kinds = [
  'server',
  'worker',
  'redis',
  'sentinel',
  'kafka',
  'postgres',
  'proxy',
] as const satisfies readonly PartKind[];

/** Reads a target as an experiment names it; undefined where there can be no such part. */
export function parseTarget(text: string): TargetName | undefined {
  if (text === 'controller') return { kind: 'controller' };
  if (text === 'redis-primary') return { kind: 'primary' };
  const [from, to] = text.split('>');
  if (from !== undefined && to !== undefined) return { kind: 'way', from, to };
  const [, how, ofKind] = /^(any|every)-([a-z]+)$/.exec(text) ?? [];
  const group = kinds.find((kind) => kind === ofKind);
  if (group !== undefined && (how === 'any' || how === 'every')) return { kind: how, part: group };
  const [, name, number] = /^([a-z]+)(?:-([1-9]))?$/.exec(text) ?? [];
  const part = kinds.find((kind) => kind === name);
  if (part === undefined) return undefined;
  // the first of a service has no number, every server and worker has one
  const numbered = part === 'server' || part === 'worker' || part === 'sentinel';
  if (numbered !== (number !== undefined) && !(number !== undefined && Number(number) > 1)) return undefined;
  return { kind: 'part', part, number: Number(number ?? 1), name: text };
}
