import { describe, expect, it } from 'vitest';
import { createMemoryLedger } from '../../../../src/adapters/memory/memory-ledger.ts';
import { createVirtualClock } from '../../../../src/adapters/memory/virtual-clock.ts';
import type { ServerId } from '../../../../src/engine/domain/ids.ts';
import { createServerRows } from '../../../../src/engine/flows/server-rows.ts';

const serverA = 'server-a' as ServerId;
const serverB = 'server-b' as ServerId;

function someRows() {
  const clock = createVirtualClock();
  const ledger = createMemoryLedger({ clock });
  const rows = createServerRows({ ledger, clock });
  const silent = async () => Object.fromEntries((await rows.look()).map((row) => [row.serverId, row.silentMs]));
  return { clock, ledger, rows, silent };
}

describe('rows of servers', () => {
  it('count from when they were first seen as they are', async () => {
    const { clock, ledger, silent } = someRows();
    await ledger.renewServer(serverA, 1);
    await clock.advance(5_000);
    expect(await silent()).toEqual({ [serverA]: 0 });
    await clock.advance(700);
    await ledger.renewServer(serverB, 1);

    expect(await silent()).toEqual({ [serverA]: 700, [serverB]: 0 });
    await clock.advance(300);
    await ledger.renewServer(serverB, 1);
    expect(await silent()).toEqual({ [serverA]: 1_000, [serverB]: 0 });
  });

  it('count anew where a server has gone and come back', async () => {
    const { clock, ledger, silent } = someRows();
    await ledger.renewServer(serverA, 1);
    await silent();
    await clock.advance(500);
    await ledger.removeServer(serverA, null);
    expect(await silent()).toEqual({});
    await ledger.renewServer(serverA, 1);

    expect(await silent()).toEqual({ [serverA]: 0 });
  });

  it('take nobody for silent because the ledger took long to answer', async () => {
    const { clock, ledger } = someRows();
    let delayMs = 0;
    const slow = createServerRows({
      clock,
      ledger: {
        async serverRows() {
          const read = await ledger.serverRows();
          await clock.sleep(delayMs);
          return read;
        },
      },
    });
    await ledger.renewServer(serverA, 3);
    delayMs = 4_000;
    const first = slow.look();
    await clock.advance(4_000);

    expect(await first).toMatchObject([{ serverId: serverA, highestNumberSeen: 3, silentMs: 0 }]);
  });

  it('count no renewal from before it was made, where the question was long on its way', async () => {
    const { clock, ledger } = someRows();
    let delayMs = 4_000;
    const slow = createServerRows({
      clock,
      ledger: {
        async serverRows() {
          if (delayMs > 0) await clock.sleep(delayMs);
          return ledger.serverRows();
        },
      },
    });
    const first = slow.look();
    await clock.advance(3_900);
    await ledger.renewServer(serverA, 3);
    await clock.advance(100);
    await first;
    delayMs = 0;
    await clock.advance(1_000);

    expect(await slow.look()).toMatchObject([{ serverId: serverA, silentMs: 1_000 }]);
  });
});
