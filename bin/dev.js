#!/usr/bin/env node
// `fluxgate` from its sources, for whoever works on it: no build step, no manifest. Needs Node 24 on the PATH.
import { join } from 'node:path';
import { register } from 'tsx/esm/api';

register();
const { runCommandLine } = await import('../src/toolkit/command/run-command-line.ts');
await runCommandLine(process.argv.slice(2), { root: join(import.meta.dirname, '..'), fromSource: true });
