// Tries the built command line as an operator would: node scripts/smoke.js. Throws at the first thing that is not right.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const entry = join(root, 'bin/run.js');
const folder = mkdtempSync(join(tmpdir(), 'fluxgate-smoke-'));
/** The whole of it, a re-execution on the newer Node included (issue 3). The best of some starts: others may be at work. */
const helpMs = 400;
const starts = 5;

function fluxgate(args, expected = 0) {
  const { status, stdout, stderr } = spawnSync('node', [entry, ...args], {
    cwd: folder,
    encoding: 'utf8',
    timeout: 60_000,
  });
  if (status !== expected)
    throw new Error(`fluxgate ${args.join(' ')} ended with ${status}, not ${expected}:\n${stdout}${stderr}`);
  return stdout;
}

function bestMs(run) {
  let best = Number.POSITIVE_INFINITY;
  for (let start = 0; start < starts; start += 1) {
    const from = performance.now();
    run();
    best = Math.min(best, performance.now() - from);
  }
  return best;
}

try {
  const { commands } = JSON.parse(readFileSync(join(root, 'oclif.manifest.json'), 'utf8'));
  for (const id of Object.keys(commands)) {
    const help = fluxgate([...id.split(':'), '--help']);
    if (!help.includes('EXAMPLES')) throw new Error(`fluxgate ${id.replaceAll(':', ' ')} --help has no examples`);
  }
  for (const args of [['--help'], ['config', 'show', '--help']]) {
    const took = bestMs(() => fluxgate(args));
    process.stdout.write(`fluxgate ${args.join(' ')}: ${Math.round(took)} ms\n`);
    if (took > helpMs) throw new Error(`that is more than ${helpMs} ms`);
  }
  fluxgate(['config', 'init']);
  fluxgate(['config', 'check']);
  fluxgate(['doctor', '--port', '0', '--data-dir', folder]);
  JSON.parse(fluxgate(['sale', 'list', '--data-dir', folder, '--json'], 24));
  // A cache of its own: what npx keeps of a failed start would spoil the next one.
  const npx = spawnSync('npx', ['--offline', 'fluxgate', '--version'], {
    cwd: root,
    encoding: 'utf8',
    timeout: 60_000,
    env: { ...process.env, npm_config_cache: join(folder, 'npm') },
  });
  if (npx.status !== 0) throw new Error(`npx fluxgate does not run inside the clone:\n${npx.stdout}${npx.stderr}`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
