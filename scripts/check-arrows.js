// Holds the arrows of .dependency-cruiser.cjs: node scripts/check-arrows.js [FOLDER with a src/]. Ends with 1 and names
// each import that goes the wrong way.
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';

const require = createRequire(import.meta.url);
// dependency-cruiser reads TypeScript with swc, but forgets that views have JSX in them. Its own import of swc comes
// after this and gets the patched function.
const swc = require('@swc/core');
const { parseFileSync } = swc;
swc.parseFileSync = (path, options) => parseFileSync(path, { ...options, tsx: path.endsWith('.tsx') });
const { cruise } = await import('dependency-cruiser');

const folder = resolve(process.argv[2] ?? join(import.meta.dirname, '..'));
const { forbidden, options } = require('../.dependency-cruiser.cjs');
const { output } = await cruise(['src'], {
  ...options,
  baseDir: folder,
  validate: true,
  ruleSet: { forbidden },
});
for (const { rule, from, to } of output.summary.violations) {
  const why = forbidden.find(({ name }) => name === rule.name)?.comment;
  process.stderr.write(`${from} -> ${to}: ${rule.name}${why ? ` (${why})` : ''}\n`);
}
process.stdout.write(`${output.summary.totalCruised} modules, ${output.summary.violations.length} wrong imports\n`);
if (output.summary.totalCruised === 0) throw new Error(`there is nothing to check in ${folder}/src`);
process.exitCode = output.summary.violations.length > 0 ? 1 : 0;
