import { afterAll, beforeAll } from 'vitest';
import { startRedisPair } from '../support/redis-gate-world.ts';
import { gateSuite } from './gate-suite.ts';

let pair: Awaited<ReturnType<typeof startRedisPair>>;

beforeAll(async () => {
  pair = await startRedisPair();
});
afterAll(() => pair?.stop());

gateSuite('Redis', () => pair.world());
