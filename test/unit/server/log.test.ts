import { expect, test } from 'vitest';
import { FluxError } from '../../../src/engine/domain/flux-error.ts';
import { createDebugSwitch, createLog } from '../../../src/server/log.ts';

test('an error says once what its cause said', () => {
  const lines: string[] = [];
  const log = createLog('info', { write: (line: string) => void lines.push(line) });
  const cause = new Error('connect ECONNREFUSED');

  log.warn({ err: new FluxError('ledger_unreachable', 'PostgreSQL: connect ECONNREFUSED', { cause }) }, 'it goes on');
  log.warn({ err: new FluxError('ledger_unreachable', 'PostgreSQL is away', { cause }) }, 'it goes on');

  expect(lines.map((line) => JSON.parse(line).err)).toMatchObject([
    { code: 'ledger_unreachable', message: 'PostgreSQL: connect ECONNREFUSED' },
    { code: 'ledger_unreachable', message: 'PostgreSQL is away: connect ECONNREFUSED' },
  ]);
});

test("SIGUSR2 switches to debug and back, and says so in lines whose level is the line's own", () => {
  const lines: string[] = [];
  const log = createLog('info', { write: (line: string) => void lines.push(line) });
  const turn = createDebugSwitch(log);

  turn();
  turn();

  expect(log.level).toBe('info');
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    { level: 30, newLevel: 'debug' },
    { level: 30, newLevel: 'info' },
  ]);
});
