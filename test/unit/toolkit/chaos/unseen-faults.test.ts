import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { OwnPart } from '../../../../src/toolkit/chaos/system/chaos-system.ts';
import { OwnProcess } from '../../../../src/toolkit/chaos/system/own-process.ts';
import { writeStackFile } from '../../../../src/toolkit/stack/stack-file.ts';
import { aPart, aRun, faultNamed } from '../../../support/chaos-run.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fluxgate-unseen-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('a deployed version', () => {
  const part = aPart({ kind: 'server', name: 'server-1' });

  async function deployed(answers: boolean) {
    const own: OwnPart = {
      ...{ ...part, kind: 'server', url: 'http://127.0.0.1:1' },
      start: async () => answers,
      deploy: () => {},
    };
    const context = aRun({ target: own })({});
    const system = { ...context.system, servers: [own] };
    return faultNamed('deploy').inject({ ...context, system }, { part: own.ref, tree: folder, made: false });
  }

  it('was seen where it answers, and not where it neither answers nor says why', async () => {
    expect(await deployed(true)).toMatchObject({ seen: true });
    expect(await deployed(false)).toMatchObject({ seen: false });
  });
});

it('a part that was stopped for good does not answer when it is started', async () => {
  const own = new OwnProcess({
    ...{ kind: 'server', name: 'server-1', command: ['none'], url: 'http://127.0.0.1:1', env: {} },
    ...{ cwd: folder, logPath: join(folder, 'log'), identityOf: () => undefined, onEnded: () => {} },
  });
  await own.stop();

  expect(await own.start()).toBe(false);
});

it('connections that PostgreSQL refuses for want of anything but room are not taken', async () => {
  const refusing = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1');
  await once(refusing, 'listening');
  try {
    const { port } = refusing.address() as AddressInfo; // it listens
    const postgres = { name: 'postgres', kind: 'native', host: '127.0.0.1', port, pid: 2, identity: 'x' } as const;
    writeStackFile(folder, { provider: 'native', variants: [], proxied: false, services: [postgres] });
    const run = aRun({ target: aPart({ kind: 'postgres', name: 'postgres', stackDir: folder }) });
    const note = { stackDir: folder, service: 'postgres', tag: '0123456789ab' };

    const evidence = await faultNamed('postgres_connections').inject(run({}), note);

    expect(evidence).toMatchObject({ seen: false, facts: { taken: 0 } });
  } finally {
    refusing.close();
  }
});
