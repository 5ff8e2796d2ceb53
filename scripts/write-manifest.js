// Writes oclif.manifest.json from dist/commands: what `--help` and the command line read instead of loading every command.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Plugin, settings } from '@oclif/core';

settings.enableAutoTranspile = false;
const root = join(import.meta.dirname, '..');
const plugin = new Plugin({
  root,
  type: 'core',
  ignoreManifest: true,
  errorOnManifestCreate: true,
  respectNoCacheDefault: true,
});
await plugin.load();
await writeFile(join(root, 'oclif.manifest.json'), `${JSON.stringify(plugin.manifest, null, 2)}\n`);
