// Copies what tsc does not compile (SQL, pages, JSON) from src to dist, paths kept. Part of the build.
import { cpSync, globSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';

const root = join(import.meta.dirname, '..');
const kinds = ['sql', 'html', 'css', 'json'];

for (const path of globSync(`**/*.{${kinds}}`, { cwd: join(root, 'src') })) {
  // The engine's own tsconfig is no asset.
  if (path.endsWith('tsconfig.json')) continue;
  const to = join(root, 'dist', path);
  mkdirSync(dirname(to), { recursive: true });
  cpSync(join(root, 'src', path), to);
}
