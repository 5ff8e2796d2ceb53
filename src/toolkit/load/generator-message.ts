import type { FluxError } from '../../engine/domain/flux-error.ts';
import type { GeneratorTask } from './generate-load.ts';
import type { GeneratorProgress } from './generator-progress.ts';
import type { LoadPart } from './load-part.ts';

/** From the run to a generating process. */
export type ToGenerator =
  | { readonly kind: 'task'; readonly task: GeneratorTask; readonly progressEveryMs: number }
  | { readonly kind: 'go'; readonly startAtNs: bigint }
  | { readonly kind: 'stop' };

/** From a generating process to the run. A process that ends without `part` or `failed` has died. */
export type FromGenerator =
  | { readonly kind: 'ready' }
  | { readonly kind: 'progress'; readonly progress: GeneratorProgress }
  | { readonly kind: 'part'; readonly part: LoadPart }
  | { readonly kind: 'failed'; readonly code: FluxError['code'] | null; readonly message: string };
