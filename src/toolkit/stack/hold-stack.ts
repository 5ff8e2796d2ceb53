import { codeOf, FluxError } from '../../engine/domain/flux-error.ts';
import { stackCommand } from './stack-command.ts';
import type { HeldFolder, StackParts } from './stack-parts.ts';

/**
 * Takes the folder of a stack for a command that changes it; made where it is missing.
 * @throws FluxError `stack_busy` while another command changes it, `stack_file_unusable`
 */
export function holdStack(stackDir: string, parts: StackParts): HeldFolder {
  try {
    return parts.holdFolder(stackDir);
  } catch (cause) {
    if (codeOf(cause) === 'data_folder_locked') {
      throw new FluxError('stack_busy', `another command is at work on the stack in ${stackDir}`, {
        hint: `${stackCommand('status', stackDir)} (and again, once it is done)`,
        cause,
      });
    }
    if (codeOf(cause) === 'data_folder_unusable') {
      throw new FluxError('stack_file_unusable', `the folder ${stackDir} cannot have a stack`, {
        hint: 'choose another one with --dir or FLUXGATE_STACK_DIR',
        cause,
      });
    }
    throw cause;
  }
}
