import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { stackParts } from '../../../../src/compose-stack.ts';
import { readStackFile, type StackFile, writeStackFile } from '../../../../src/toolkit/stack/stack-file.ts';
import { startAgain } from '../../../../src/toolkit/stack/start-again.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fluxgate-start-again-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('a service that somebody has started meanwhile goes on undisturbed', async () => {
  const service = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1_000)'], { stdio: 'ignore' });
  const gone = once(service, 'exit');
  const pid = service.pid ?? 0;
  const file: StackFile = {
    provider: 'native',
    variants: [],
    proxied: false,
    services: [
      {
        ...{ name: 'redis', kind: 'native', host: '127.0.0.1', port: 1 },
        ...{ pid, identity: stackParts.identityOf(pid) ?? '' },
      },
    ],
  };
  writeStackFile(folder, file);
  try {
    // no start may begin here: there is no program in a cache that is a file
    await startAgain({ stackDir: folder, cacheDir: '/dev/null', name: 'redis', parts: stackParts });

    expect(service.signalCode).toBeNull();
    expect(stackParts.identityOf(pid)).toBe(file.services[0]?.kind === 'native' ? file.services[0].identity : '');
    expect(readStackFile(folder)).toEqual(file);
  } finally {
    service.kill('SIGKILL');
    await gone;
  }
});
