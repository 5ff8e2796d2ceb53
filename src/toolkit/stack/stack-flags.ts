import { Flags } from '@oclif/core';
import type { SettingFlags } from '../command/config-flags.ts';

/** For every command that works on a stack. */
export const stackFlags = {
  dir: Flags.string({
    description: 'Folder of the stack (FLUXGATE_STACK_DIR, default .fluxgate-stack)',
    helpValue: 'FOLDER',
  }),
};

/** `--dir` under the name of its setting. */
export function stackSettings(flags: { readonly dir?: string | undefined }): SettingFlags {
  return { 'stack-dir': flags.dir };
}
