// Adds to package-lock.json the builds for other platforms that a registry mirror did not have when the lock was written:
// npm leaves them out then, and `npm ci` refuses the lock. Their versions are those that their packages ask for exactly.
// Run after `npm install` if `npm ci` says "Missing: ... from lock file".
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const path = join(import.meta.dirname, '../package-lock.json');
const lock = JSON.parse(readFileSync(path, 'utf8'));
const systems = [
  'aix',
  'android',
  'darwin',
  'freebsd',
  'linux',
  'netbsd',
  'openbsd',
  'openharmony',
  'sunos',
  'wasm32',
  'win32',
];
const processors = ['arm', 'arm64', 'ia32', 'loong64', 'mips64el', 'ppc64', 'riscv64', 's390x', 'wasm32', 'x64'];
const added = [];

for (const [place, { optionalDependencies = {}, dev }] of Object.entries(lock.packages)) {
  for (const [name, version] of Object.entries(optionalDependencies)) {
    const own = `${place}/node_modules/${name}`;
    const shared = `node_modules/${name}`;
    if (lock.packages[own] !== undefined || lock.packages[shared] !== undefined) continue;
    if (!/^\d+\.\d+\.\d+$/.test(version))
      throw new Error(`${place} wants ${name}@${version}, which is no exact version`);
    const words = name.split(/[/-]/);
    const os = systems.filter((system) => words.includes(system) && system !== 'wasm32');
    const cpu = processors.filter((processor) => words.includes(processor));
    const libc = [...(words.includes('musl') ? ['musl'] : []), ...(words.includes('gnu') ? ['glibc'] : [])];
    lock.packages[shared] = {
      version,
      ...(cpu.length > 0 ? { cpu } : {}),
      ...(dev ? { dev } : {}),
      ...(libc.length > 0 ? { libc } : {}),
      optional: true,
      ...(os.length > 0 ? { os } : {}),
    };
    added.push(`${name}@${version}`);
  }
}
const root = lock.packages[''];
const others = Object.entries(lock.packages).filter(([place]) => place !== '');
others.sort(([a], [b]) => a.localeCompare(b, 'en'));
lock.packages = { '': root, ...Object.fromEntries(others) };
writeFileSync(path, `${JSON.stringify(lock, null, 2)}\n`);
process.stdout.write(added.length === 0 ? 'The lock is complete.\n' : `Added ${added.length}: ${added.join(' ')}\n`);
