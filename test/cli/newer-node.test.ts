import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type CliOptions, entryPath, type RunningCli, runCli, startCli } from '../support/cli.ts';
import { untilGone } from '../support/process-state.ts';

/** Stands where the built command line would: says what reaches it, and ends as it is told. */
const fakeCommandLine = `
export async function runCommandLine([verb, value]) {
  console.log(\`child \${process.pid} \${process.version}\`);
  if (verb === 'exit') process.exit(Number(value));
  if (verb === 'die') process.kill(process.pid, value);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGUSR2']) {
    process.on(signal, () => console.log('got', signal));
  }
  process.on('SIGUSR1', () => process.exit(0));
  console.log('marks', Object.keys(process.env).filter((name) => name.includes('FLUXGATE')).length);
  console.log('ready');
  setInterval(() => {}, 1000);
}
`;

let folder: string;
let started: RunningCli[];

beforeEach(() => {
  started = [];
  folder = mkdtempSync(join(tmpdir(), 'fluxgate-newer-node-'));
  mkdirSync(join(folder, 'bin'));
  mkdirSync(join(folder, 'node_modules'));
  mkdirSync(join(folder, 'dist/toolkit/command'), { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  cpSync(entryPath, join(folder, 'bin/run.js'));
  writeFileSync(join(folder, 'dist/toolkit/command/run-command-line.js'), fakeCommandLine);
  symlinkSync(join(entryPath, '../../node_modules/node'), join(folder, 'node_modules/node'));
});

afterEach(async () => {
  for (const running of started) running.kill('SIGKILL');
  await Promise.all(started.map((running) => running.ended));
  rmSync(folder, { recursive: true, force: true });
});

function onOldNode(): CliOptions {
  return {
    entry: join(folder, 'bin/run.js'),
    nodeArgs: ['--import', join(import.meta.dirname, '../support/old-node.js')],
  };
}

async function startListener(): Promise<{ readonly parent: RunningCli; readonly childPid: number }> {
  const parent = startCli(['listen'], onOldNode());
  started.push(parent);
  await parent.waitFor(/ready/);
  const [, pid] = await parent.waitFor(/child (\d+) /);
  return { parent, childPid: Number(pid) };
}

test('re-executes itself on the Node that npm installed, and passes its exit code on', async () => {
  const { code, stdout } = await runCli(['exit', '7'], onOldNode());

  expect(code).toBe(7);
  expect(stdout).toMatch(/^child \d+ v2[4-9]\./);
});

test('runs in the same process where Node is new enough', async () => {
  const parent = startCli(['exit', '3'], { entry: join(folder, 'bin/run.js') });

  expect(await parent.ended).toMatchObject({ code: 3, stdout: `child ${parent.pid} ${process.version}\n` });
});

test('leaves no mark of its own in the environment of the command', async () => {
  const { parent } = await startListener();

  expect(parent.stdout).toContain('marks 0');
});

test('ends by the signal that ended the child', async () => {
  const { signal } = await runCli(['die', 'SIGKILL'], onOldNode());

  expect(signal).toBe('SIGKILL');
});

test.each(['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGUSR2'] as const)('passes %s on to the child, once', async (name) => {
  const { parent, childPid } = await startListener();

  parent.kill(name);
  await parent.waitFor(new RegExp(`got ${name}`));
  process.kill(childPid, 'SIGUSR1');
  const { stdout, code } = await parent.ended;

  expect(stdout.match(/got/g)).toHaveLength(1);
  expect(code).toBe(0);
});

test('passes Ctrl-C of a terminal on once', async () => {
  // script(1) gives us a terminal: what is written to it is typed.
  const args = ['--import', join(import.meta.dirname, '../support/old-node.js'), join(folder, 'bin/run.js'), 'listen'];
  const command = ['exec', process.execPath, ...args].join(' ');
  const shell = join(folder, 'terminal.js');
  writeFileSync(
    shell,
    `import { spawn } from 'node:child_process';
     const terminal = spawn('script', ['-qfec', ${JSON.stringify(command)}, '/dev/null'], { stdio: ['pipe', 'pipe', 'inherit'] });
     let seen = '';
     terminal.stdout.on('data', (text) => {
       process.stdout.write(text);
       const before = seen;
       seen += text;
       if (seen.includes('ready') && !before.includes('ready')) terminal.stdin.write('\\x03');
       if (seen.includes('got SIGINT') && !before.includes('got SIGINT')) process.kill(/child (\\d+)/.exec(seen)[1], 'SIGUSR1');
     });
     terminal.on('exit', (code) => process.exit(code));`,
  );
  const terminal = startCli([], { entry: shell, deadlineMs: 20_000 });
  started.push(terminal);

  const { stdout, code } = await terminal.ended;

  expect(stdout.match(/got SIGINT/g)).toHaveLength(1);
  expect(code).toBe(0);
});

test('takes the child along when the parent is killed', async () => {
  const { parent, childPid } = await startListener();

  parent.kill('SIGKILL');

  await untilGone(childPid);
  expect((await parent.ended).signal).toBe('SIGKILL');
});

test('says in one line what is missing where npm installed no newer Node, and ends with 24', async () => {
  rmSync(join(folder, 'node_modules/node'));
  mkdirSync(join(folder, 'node_modules/node'));
  writeFileSync(join(folder, 'node_modules/node/package.json'), '{}');

  const { code, stderr } = await runCli(['exit', '0'], onOldNode());

  expect(code).toBe(24);
  expect(stderr).toMatch(/^Error: fluxgate needs Node 24 .*npm ci\n$/);
});

test('says that it is not built where dist is missing', async () => {
  rmSync(join(folder, 'dist'), { recursive: true });

  const { code, stderr } = await runCli([], { entry: join(folder, 'bin/run.js') });

  expect(code).toBe(24);
  expect(stderr).toContain('Try: npm run build');
});
