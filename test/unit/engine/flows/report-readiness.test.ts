import { expect, it } from 'vitest';
import { createMemoryOrderLog } from '../../../../src/adapters/memory/memory-order-log.ts';
import { createVirtualClock } from '../../../../src/adapters/memory/virtual-clock.ts';
import { jsonRecordCodec } from '../../../../src/adapters/node/json-record-codec.ts';
import { createMemoryWorld } from '../../../support/memory-world.ts';

it('says of a dependency that does not answer that it does not, soon enough to be heard', async () => {
  const silent = createMemoryOrderLog({ partitions: 1, clock: createVirtualClock(), codec: jsonRecordCodec });
  const world = createMemoryWorld({ parts: { orderLog: { ...silent, lag: () => new Promise(() => {}) } } });

  const { ready, dependencies } = await world.within(3_000, world.engine.readiness());

  expect(ready).toBe(false);
  expect(dependencies.find(({ name }) => name === 'order-log')).toEqual({
    name: 'order-log',
    ok: false,
    latencyMs: 2_000,
    why: 'no answer within 2 s',
  });
  expect(dependencies.find(({ name }) => name === 'ledger')).toMatchObject({ ok: true });
});
