import { afterAll, beforeAll } from 'vitest';
import { startRedisPair } from '../support/redis-gate-world.ts';
import { waitingRoomSuite } from './waiting-room-suite.ts';

let pair: Awaited<ReturnType<typeof startRedisPair>>;

beforeAll(async () => {
  pair = await startRedisPair();
});
afterAll(() => pair?.stop());

waitingRoomSuite('Redis', () => pair.world());
