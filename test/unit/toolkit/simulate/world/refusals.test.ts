import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { nodeClock } from '../../../../../src/adapters/node/node-clock.ts';
import { composeSimulation } from '../../../../../src/compose-simulation.ts';
import { fullGate, fullLedger, fullRoom } from '../../../../../src/toolkit/simulate/world/refusals.ts';

const lua = new URL('../../../../../src/adapters/redis/lua/', import.meta.url);
/** What a full Redis does with the script of each method, by the flags in its first line. */
const scripts = readdirSync(lua)
  .filter((file) => file !== 'prelude.lua')
  .map((file) => {
    const [flags = ''] = readFileSync(new URL(file, lua), 'utf8').split('\n');
    const name = file.replace('.lua', '').replace(/^load-.*/, 'load');
    return {
      method: name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase()),
      runs: /allow-oom|no-writes/.test(flags),
    };
  });

const { gate, ledger } = composeSimulation();

describe('a full gate', () => {
  const losable = gate(nodeClock);
  const [full, room] = [fullGate(losable.gate), fullRoom(losable.room)];
  const ports = { ...full.port, ...room.port } as Record<string, (...args: unknown[]) => Promise<unknown>>;

  it.each(scripts)('$method: runs at a full Redis? $runs', async ({ method, runs }) => {
    full.refuse();
    room.refuse();

    const answer = await ports[method]?.('night', 1, [], 0).then(
      () => 'done',
      ({ code }: { code: string }) => code,
    );

    full.allow();
    room.allow();
    expect(answer).toBe(runs ? 'done' : 'gate_unreachable');
  });

  it('is full as long as there is any reason for it', async () => {
    full.refuse();
    full.refuse();
    full.allow();
    await expect(ports.begin?.('night', 1)).rejects.toMatchObject({ code: 'gate_unreachable' });

    full.allow();

    expect(await ports.begin?.('night', 1)).toEqual({ kind: 'begun' });
  });
});

describe('a ledger that takes no writes', () => {
  it('says so, and can be read', async () => {
    const full = fullLedger(ledger(nodeClock));
    full.refuse();

    await expect(full.port.takeLease('controller', 'me', 1_000)).rejects.toMatchObject({ code: 'ledger_full' });
    expect(await full.port.sales()).toEqual([]);
    full.allow();
    expect(await full.port.takeLease('controller', 'me', 1_000)).toMatchObject({ holder: 'me' });
  });
});
