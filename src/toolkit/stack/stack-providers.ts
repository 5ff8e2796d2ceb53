import { findDocker } from './docker/docker-daemon.ts';
import { dockerProvider } from './docker/docker-provider.ts';
import { nativeProvider } from './native/native-provider.ts';
import type { StackParts } from './stack-parts.ts';
import type { StackProvider } from './stack-provider.ts';
import type { StackShape } from './stack-shape.ts';

/** The provider of that name. */
export function providerOf(kind: StackShape['provider'], parts: StackParts): StackProvider {
  return kind === 'native' ? nativeProvider(parts) : dockerProvider(parts);
}

/**
 * Who may have services of a stack, whatever its file says: containers where a daemon answers, and where they are `known`,
 * so that it is said that none does.
 */
export async function everyProvider(
  parts: StackParts,
  known?: StackShape['provider'],
): Promise<readonly StackProvider[]> {
  const mayHaveContainers = known === 'docker' || (await findDocker()).kind === 'found';
  return [nativeProvider(parts), ...(mayHaveContainers ? [dockerProvider(parts)] : [])];
}
