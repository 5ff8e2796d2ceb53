import { resolve } from 'node:path';
import { Flags } from '@oclif/core';

/** For commands that read or write journals. */
export const chaosDirFlag = {
  dir: Flags.string({
    description: 'Folder of journals and reports',
    helpValue: 'FOLDER',
    default: '.fluxgate-chaos',
  }),
};

/** Where that folder is: journals name it, and processes with other working folders write into it. */
export function chaosDirOf(flags: { readonly dir: string }): string {
  return resolve(flags.dir);
}
