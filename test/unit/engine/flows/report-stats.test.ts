import { expect, it } from 'vitest';
import { createMemoryLedger } from '../../../../src/adapters/memory/memory-ledger.ts';
import { createMemoryOrderLog } from '../../../../src/adapters/memory/memory-order-log.ts';
import { createVirtualClock } from '../../../../src/adapters/memory/virtual-clock.ts';
import { jsonRecordCodec } from '../../../../src/adapters/node/json-record-codec.ts';
import { createMemoryWorld } from '../../../support/memory-world.ts';

const orderLog = createMemoryOrderLog({ partitions: 1, clock: createVirtualClock(), codec: jsonRecordCodec });
const never = () => new Promise<never>(() => {});

it('says what is left while the order log keeps silent', async () => {
  const world = createMemoryWorld({ parts: { orderLog: { ...orderLog, lag: never } } });

  const stats = await world.within(2_000, world.engine.stats());

  expect(stats.away).toEqual([{ name: 'order-log', why: 'no answer within 1.5 s' }]);
  expect(stats.lag).toBeNull();
  expect(stats.counts).toBeDefined();
});

it('says why the ledger did not answer', async () => {
  const ledger = {
    ...createMemoryLedger({ clock: createVirtualClock() }),
    leaseHolder: async () => {
      throw new Error('connection refused');
    },
  };
  const world = createMemoryWorld({ parts: { ledger } });

  const stats = await world.within(2_000, world.engine.stats());

  expect(stats.away).toEqual([{ name: 'ledger', why: 'connection refused' }]);
  expect(stats.controller).toBeNull();
});
