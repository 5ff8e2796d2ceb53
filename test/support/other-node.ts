import { execFileSync } from 'node:child_process';
import { delimiter } from 'node:path';
import { findProgram } from '../../src/toolkit/stack/native/find-program.ts';

/** Older ones do not know what the compiler writes. */
const oldestMajor = 20;

/** A `node` on the PATH, or where systems have theirs, of another release line than ours; undefined where there is none. */
export function otherNode(): string | undefined {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/bin', '/usr/local/bin'];
  return folders.map((folder) => findProgram('node', folder)).find((node) => node !== undefined && isOther(node));
}

function isOther(node: string): boolean {
  try {
    const major = Number.parseInt(execFileSync(node, ['-p', 'process.versions.node'], { encoding: 'utf8' }), 10);
    return major >= oldestMajor && major !== Number.parseInt(process.versions.node, 10);
  } catch {
    return false; // it does not start
  }
}
