import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const wrapped = new Set<string>();

/**
 * Wraps a method of a class inside kafkajs (`module` is its file), once in a process. A kafkajs without it stays as it is:
 * then whatever was mended shows again.
 */
export function wrapKafkajsMethod<This, Result, Given extends readonly unknown[] = []>(
  { module, method }: { readonly module: string; readonly method: string },
  wrap: (original: (this: This, ...given: Given) => Result) => (this: This, ...given: Given) => Result,
): void {
  const name = `${module} ${method}`;
  if (wrapped.has(name)) return;
  wrapped.add(name);
  const Class: unknown = require(module);
  if (typeof Class !== 'function') return;
  const prototype: Partial<Record<string, (this: This, ...given: Given) => Result>> = Class.prototype;
  const original = prototype[method];
  if (original !== undefined) prototype[method] = wrap(original);
}
