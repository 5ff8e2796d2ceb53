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

/** Who may have services of a stack whose file is lost: containers only where a daemon answers. */
export async function everyProvider(parts: StackParts): Promise<readonly StackProvider[]> {
  const docker = await findDocker();
  return [nativeProvider(parts), ...(docker.kind === 'found' ? [dockerProvider(parts)] : [])];
}
