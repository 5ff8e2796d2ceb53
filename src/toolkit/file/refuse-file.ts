import { FluxError } from '../../engine/domain/flux-error.ts';
import type { FileKind, PlacedFault } from './file-kind.ts';

/** Faults named in one message: whoever made more mistakes than this mends these first. */
const maxFaultsTold = 10;

/** One error for everything that is wrong with a file: `name:line:column what`, a line each. */
export function refuseFile(kind: Pick<FileKind, 'code' | 'hint'>, faults: readonly PlacedFault[]): FluxError {
  const told = faults
    .slice(0, maxFaultsTold)
    .map(({ name, line, column, what }) => `${name}:${line}:${column} ${what}`);
  const more = faults.length > maxFaultsTold ? [`... and ${faults.length - maxFaultsTold} more`] : [];
  return new FluxError(kind.code, [...told, ...more].join('\n'), { hint: kind.hint });
}
