import { FluxError } from '../../engine/domain/flux-error.ts';
import { nativeProvider } from './native/native-provider.ts';
import type { StackParts } from './stack-parts.ts';
import type { StackProvider } from './stack-provider.ts';
import type { StackShape } from './stack-shape.ts';

/** The provider of that name. @throws FluxError `stack_file_unusable` for one that this version does not have */
export function providerOf(kind: StackShape['provider'], parts: StackParts): StackProvider {
  if (kind === 'native') return nativeProvider(parts);
  throw new FluxError(
    'stack_file_unusable',
    `the stack was made with ${kind}, which this version of fluxgate has not`,
    {
      hint: 'end it with the fluxgate that made it',
    },
  );
}
