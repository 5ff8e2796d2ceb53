import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { benchRedisAddress } from '../../../../src/toolkit/bench/bench-redis-address.ts';
import { writeStackFile } from '../../../../src/toolkit/stack/stack-file.ts';

function inFolder(run: (folder: string) => void): void {
  const folder = mkdtempSync(join(tmpdir(), 'fluxgate-bench-address-'));
  try {
    run(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

describe('the Redis that bench gate measures', () => {
  it('is the given one, on this machine only', () =>
    inFolder((folder) => {
      expect(benchRedisAddress('127.0.0.1:6379', folder)).toEqual({ host: '127.0.0.1', port: 6379 });
      expect(benchRedisAddress('[::1]:6379', folder)).toEqual({ host: '::1', port: 6379 });
      for (const other of ['redis.example.com:6379', '10.0.0.7:6379', '127.0.0.1', '6379', '127.0.0.1:x']) {
        expect(() => benchRedisAddress(other, folder)).toThrow(expect.objectContaining({ code: 'usage' }));
      }
    }));

  it('is that of the stack where none is given', () =>
    inFolder((folder) => {
      const service = { kind: 'native', host: '127.0.0.1', port: 7001, pid: 1, identity: 'x' } as const;
      writeStackFile(folder, {
        provider: 'native',
        variants: [],
        proxied: false,
        services: [{ ...service, name: 'redis' }],
      });

      expect(benchRedisAddress(undefined, folder)).toEqual({ host: '127.0.0.1', port: 7001 });
    }));

  it('is not there without a stack, and what would make one is named', () =>
    inFolder((folder) => {
      const missing = { code: 'stack_not_running', hint: 'fluxgate stack up' };

      expect(() => benchRedisAddress(undefined, folder)).toThrow(expect.objectContaining(missing));
    }));
});
