import { expect, test } from 'vitest';
import { createDebugSwitch, createLog } from '../../../src/server/log.ts';

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
