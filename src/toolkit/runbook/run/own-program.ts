import { realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { OwnProgram } from './invocation.ts';

/** This very program: the Node that runs it, and the file in bin/ that it was started by (from its sources, bin/dev.js). */
export function ownProgram(root: string): OwnProgram {
  const bin = realpathSync(join(root, 'bin'));
  const started = process.argv[1] === undefined ? undefined : realpathSync(process.argv[1]);
  const isOurs = started !== undefined && dirname(started) === bin;
  return { node: process.execPath, entry: isOurs ? started : join(bin, 'run.js') };
}
