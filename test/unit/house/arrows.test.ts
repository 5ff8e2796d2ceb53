import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

const script = join(import.meta.dirname, '../../../scripts/check-arrows.js');
let house: string;

beforeEach(() => {
  house = mkdtempSync(join(tmpdir(), 'fluxgate-arrows-'));
  build({
    'package.json': '{"type":"module"}',
    'src/engine/domain/order.ts': 'export interface Order { readonly id: string }',
    'src/engine/ports/ledger.ts': "import type { Order } from '../domain/order.ts';\nexport type Ledger = Order;",
    'src/adapters/memory/ledger.ts':
      "import type { Ledger } from '../../engine/ports/ledger.ts';\nexport const ledger: Ledger = { id: '' };",
    'src/server/routes.ts': "import type { Order } from '../engine/domain/order.ts';\nexport type Route = Order;",
    'src/toolkit/verify.ts': "import type { Ledger } from '../engine/ports/ledger.ts';\nexport type Verify = Ledger;",
    'src/compose.ts': "import { ledger } from './adapters/memory/ledger.ts';\nexport const open = () => ledger;",
    'src/commands/serve.ts': "export const run = async () => (await import('../compose.ts')).open();",
  });
});

afterEach(() => rmSync(house, { recursive: true, force: true }));

function build(files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(house, path)), { recursive: true });
    writeFileSync(join(house, path), `${text}\n`);
  }
}

function check(): { readonly code: number | null; readonly said: string } {
  const { status, stderr, stdout } = spawnSync(process.execPath, [script, house], { encoding: 'utf8' });
  return { code: status, said: stdout + stderr };
}

test('a house whose arrows all point one way passes', () => {
  expect(check()).toEqual({ code: 0, said: '7 modules, 0 wrong imports\n' });
});

test.each([
  [
    'domain-imports-domain',
    'src/engine/domain/x.ts',
    "import type { Ledger } from '../ports/ledger.ts';\nexport type X = Ledger;",
  ],
  ['engine-imports-engine', 'src/engine/flows/x.ts', "export { ledger } from '../../adapters/memory/ledger.ts';"],
  [
    'engine-without-packages',
    'src/engine/flows/x.ts',
    "import { readFileSync } from 'node:fs';\nexport const x = readFileSync;",
  ],
  ['adapters-import-engine', 'src/adapters/memory/x.ts', "export type { Route } from '../../server/routes.ts';"],
  ['adapters-apart', 'src/adapters/redis/x.ts', "export { ledger } from '../memory/ledger.ts';"],
  ['server-turns-outcomes-into-responses', 'src/server/x.ts', "export { ledger } from '../adapters/memory/ledger.ts';"],
  ['toolkit-knows-no-adapter', 'src/toolkit/x.ts', "export const x = () => import('../adapters/memory/ledger.ts');"],
  [
    'toolkit-knows-no-adapter',
    'src/toolkit/view.tsx',
    "import { open } from '../compose.ts';\nexport const View = () => <b>{open().id}</b>;",
  ],
  [
    'commands-go-through-compose',
    'src/commands/x.ts',
    "import type { ledger } from '../adapters/memory/ledger.ts';\nexport type X = typeof ledger;",
  ],
  [
    'docker-client-when-asked',
    'src/toolkit/y.ts',
    "import { ImageName } from 'testcontainers';\nexport const y = ImageName;",
  ],
  ['nobody-imports-commands', 'src/toolkit/x.ts', "export { run } from '../commands/serve.ts';"],
  [
    'no-cycle',
    'src/engine/domain/order.ts',
    "import type { X } from './x.ts';\nexport interface Order { readonly x: X }",
  ],
  ['no-dead-import', 'src/engine/domain/y.ts', "export type { Z } from './z.ts';"],
])('finds what breaks %s in %s', (rule, path, text) => {
  build({ 'src/engine/domain/x.ts': "import type { Order } from './order.ts';\nexport type X = Order;", [path]: text });

  const { code, said } = check();

  expect(code).toBe(1);
  expect(said).toContain(rule);
  expect(said).toContain(path);
});
