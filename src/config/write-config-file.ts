import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { FluxError } from '../engine/domain/flux-error.ts';
import { configFileName } from './config-file.ts';
import { type Setting, settings } from './settings.ts';

/** Every setting with its default and what it does, all commented out. */
export function configFileText(): string {
  const lines = [
    '# Settings of fluxgate. Flags and FLUXGATE_* variables come before this file.',
    '# Each line shows the default: take the # away to change it. Check with: fluxgate config check',
    '',
  ];
  let group = '';
  for (const setting of settings) {
    const [first = '', second] = setting.path.split('.');
    if (second !== undefined && first !== group) lines.push(`# ${first}:`);
    group = first;
    const indent = second === undefined ? '' : '  ';
    lines.push(`# ${indent}${second ?? first}: ${defaultText(setting)} # ${setting.description}`);
  }
  return `${lines.join('\n')}\n`;
}

function defaultText({ schema, optional }: Setting): string {
  return optional ? '' : stringify(schema.default, { collectionStyle: 'flow' }).trim();
}

/**
 * Writes the file into a folder and returns its path.
 *
 * @throws FluxError `usage` where the file is there and `overwrite` was not asked for, `data_folder_unusable` where the
 *   folder cannot be written to
 */
export async function writeConfigFile(folder: string, options: { readonly overwrite: boolean }): Promise<string> {
  const path = join(folder, configFileName);
  try {
    await writeFile(path, configFileText(), { flag: options.overwrite ? 'w' : 'wx', mode: 0o600 });
    return path;
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'EEXIST') {
      throw new FluxError('usage', `${path} is there already`, { hint: 'fluxgate config init --force' });
    }
    throw new FluxError('data_folder_unusable', `${path} cannot be written`, { cause, hint: `ls -ld ${folder}` });
  }
}
