import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

export const specFolder = join(import.meta.dirname, '../../spec');

/** TLC's configurations in a folder of spec/: worlds in which the protocol is sound, or planted bugs. */
export function configsOf(folder: 'sound' | 'planted'): readonly { readonly name: string; readonly text: string }[] {
  return readdirSync(join(specFolder, folder))
    .filter((file) => file.endsWith('.cfg'))
    .sort()
    .map((file) => ({ name: basename(file, '.cfg'), text: readFileSync(join(specFolder, folder, file), 'utf8') }));
}
