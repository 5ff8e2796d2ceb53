#!/usr/bin/env node
// The entry of `fluxgate`. Plain JavaScript that Node 20 understands: it runs before we know on which Node we are.
// On Node 24 or newer it runs the command line; on anything older it re-executes itself with the Node 24 that npm
// installed as a dependency (package `node`), and is nothing but that child's shadow until the child ends.
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const neededMajor = 24;
/** Tells the child that a parent watches over it. Not FLUXGATE_*: those are the operator's. Removed as soon as read. */
const childMark = '__FLUXGATE_CHILD';

/**
 * What the terminal or an operator sends to us is passed on. The child has a process group of its own, so that Ctrl-C
 * reaches it once, through us, and never twice: a second SIGINT means "leave at once".
 */
const forwarded = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR2', 'SIGWINCH', 'SIGCONT'];

if (Number.parseInt(process.versions.node, 10) >= neededMajor) await runHere();
else if (process.env[childMark]) refuse(`its ${neededMajor} is really ${process.version}`);
else runOnNewerNode();

async function runHere() {
  if (process.env[childMark]) {
    delete process.env[childMark];
    dieWithParent();
  }
  // Libraries agree on this variable, not on the other two. Nobody in CI reads colours.
  if (process.env.CI || process.env.NO_COLOR) process.env.FORCE_COLOR ??= '0';
  const { enableCompileCache } = await import('node:module');
  enableCompileCache(); // about 60 ms of every start, measured with `fluxgate --help`
  const { runCommandLine } = await import('../dist/toolkit/command/run-command-line.js').catch((cause) => {
    if (cause?.code !== 'ERR_MODULE_NOT_FOUND' || !String(cause.message).includes('run-command-line.js')) throw cause;
    process.stderr.write('Error: fluxgate is not built yet.\n  Try: npm run build\n');
    process.exit(24);
  });
  await runCommandLine(process.argv.slice(2), { root: join(import.meta.dirname, '..') });
}

/** The IPC channel closes when the parent is gone, however it went. Exit handlers run, so nothing of ours stays behind. */
function dieWithParent() {
  process.on('disconnect', () => process.exit(128 + constants.signals.SIGHUP));
  process.channel?.unref();
  if (!process.connected) process.exit(128 + constants.signals.SIGHUP);
}

function runOnNewerNode() {
  const node = newerNode();
  if (node === undefined) return refuse('npm package `node` is not installed beside it');
  const child = spawn(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    detached: process.platform !== 'win32',
    env: { ...process.env, [childMark]: '1' },
  });
  child.on('error', (error) => refuse(`${node} does not start: ${error.message}`));
  for (const signal of forwarded) process.on(signal, () => child.kill(signal));
  process.on('SIGTSTP', () => {
    child.kill('SIGSTOP');
    process.kill(process.pid, 'SIGSTOP');
  });
  child.on('exit', (code, signal) => {
    if (signal === null) process.exit(code ?? 1);
    for (const name of [...forwarded, 'SIGTSTP']) process.removeAllListeners(name);
    process.exitCode = 128 + (constants.signals[signal] ?? 0);
    // The same end as the child's, so that a shell sees what happened; where the signal does not end us, the exit code says it.
    process.kill(process.pid, signal);
  });
}

/** Path of the Node that npm installed, or undefined. */
function newerNode() {
  try {
    const folder = dirname(createRequire(import.meta.url).resolve('node/package.json'));
    const path = join(folder, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
    return createRequire(import.meta.url).resolve(path);
  } catch {
    return undefined;
  }
}

function refuse(why) {
  process.stderr.write(
    `Error: fluxgate needs Node ${neededMajor} or newer; this is ${process.version} and ${why}. Try: npm ci\n`,
  );
  process.exit(24);
}
