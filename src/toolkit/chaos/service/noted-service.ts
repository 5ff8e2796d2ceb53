import { type Static, Type } from 'typebox';
import { FluxError } from '../../../engine/domain/flux-error.ts';
import { directAddress, readStackFile, type StackFile, type StackService } from '../../stack/stack-file.ts';
import type { ChaosPart } from '../system/chaos-system.ts';

/** A service of a stack as a note keeps it: an undo in another process reads the stack file anew, the password with it. */
export const notedServiceSchema = Type.Object({ stackDir: Type.String(), service: Type.String() });
export type NotedService = Static<typeof notedServiceSchema>;

/** @throws FluxError `not_found` for a part that is no service of a stack */
export function noteService({ name, ref }: ChaosPart): NotedService {
  if (ref.stackDir !== null) return { stackDir: ref.stackDir, service: name };
  throw new FluxError(
    'not_found',
    `${name} is no service of a stack: there is no stack file that says how to reach it`,
  );
}

/** @throws FluxError `stack_not_running` where the stack has gone */
export function stackOf({ stackDir }: NotedService): StackFile {
  const file = readStackFile(stackDir);
  if (file !== null) return file;
  throw new FluxError('stack_not_running', `the stack in ${stackDir} has gone`, { hint: 'fluxgate stack up' });
}

/**
 * The service itself, behind the proxy where there is one: a fault of the way must not keep an undo from it.
 * @throws FluxError `stack_not_running` where the stack has gone, `not_found` where it was stopped and kept its data, and
 *   what was done to them
 */
export function serviceOf(note: NotedService): StackService {
  const found = stackOf(note).services.find(({ name }) => name === note.service);
  if (found !== undefined) return { ...found, ...directAddress(found) };
  throw new FluxError('not_found', `the stack in ${note.stackDir} runs no ${note.service}`, {
    hint: 'fluxgate stack up',
  });
}
