// Whether dist/ is what src/ would give: `node scripts/built.js` ends with 0 if so, else with 1; `--mark` says so after a
// build. npm runs `prepare` at each install and npx once more: they need not build twice.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const stamp = join(root, 'dist/.built-from');

/** Names, sizes and times of everything that a build reads. */
function sources() {
  const hash = createHash('sha256');
  const files = readdirSync(join(root, 'src'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  for (const path of [...files.sort(), join(root, 'package.json'), join(root, 'tsconfig.json')]) {
    const { size, mtimeMs } = statSync(path);
    hash.update(`${path}\0${size}\0${mtimeMs}\n`);
  }
  return hash.digest('hex');
}

function marked() {
  try {
    statSync(join(root, 'oclif.manifest.json'));
    return readFileSync(stamp, 'utf8');
  } catch {
    return undefined;
  }
}

if (process.argv[2] === '--mark') writeFileSync(stamp, sources());
else process.exitCode = marked() === sources() ? 0 : 1;
