import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ProxySpec } from './target-spec.ts';

/**
 * Writes the spec into that file and returns the command that runs a proxy of it, for whoever keeps processes (a stack). It
 * answers GET on its control once all targets are listened for, and ends with 24 and a line on stderr where a port is taken.
 */
export function faultProxyCommand(
  specPath: string,
  spec: ProxySpec,
): { readonly program: string; readonly args: readonly string[] } {
  mkdirSync(dirname(specPath), { recursive: true, mode: 0o700 });
  writeFileSync(specPath, `${JSON.stringify(spec, null, 2)}\n`, { mode: 0o600 });
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  const program = fileURLToPath(new URL(`./fault-proxy-process.${extension}`, import.meta.url));
  return { program: process.execPath, args: [program, specPath] };
}
