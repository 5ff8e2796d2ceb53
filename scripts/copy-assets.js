// Makes dist/ mirror src/ where tsc does not: copies what the code reads at run time (SQL, Lua), and removes what was made of
// files that are gone, so that no command outlives its source.
import { cpSync, existsSync, readdirSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';

const root = join(import.meta.dirname, '..');
const [src, dist] = [join(root, 'src'), join(root, 'dist')];

cpSync(src, dist, { recursive: true, filter: (path) => !/\.tsx?$|tsconfig\.json$/.test(path) });

for (const entry of readdirSync(dist, { recursive: true, withFileTypes: true })) {
  const path = relative(dist, join(entry.parentPath, entry.name));
  if (!entry.isFile() || path === '.built-from') continue;
  const module = path.replace(/\.js(\.map)?$/, '');
  const sources = module === path ? [path] : [`${module}.ts`, `${module}.tsx`, path];
  if (!sources.some((source) => existsSync(join(src, source)))) rmSync(join(dist, path));
}
