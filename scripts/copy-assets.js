// Copies what the code reads at run time and tsc does not: every file of src/ that is no TypeScript, to the same place in dist/.
import { cp } from 'node:fs/promises';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
await cp(join(root, 'src'), join(root, 'dist'), {
  recursive: true,
  filter: (path) => !/\.tsx?$|tsconfig\.json$/.test(path),
});
