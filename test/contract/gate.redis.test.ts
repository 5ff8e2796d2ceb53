// @module-tag redis
import { afterAll, beforeAll } from 'vitest';
import { type GateRedis, startPair } from '../support/gate-redis.ts';
import { redisGateWorld } from '../support/redis-gate-world.ts';
import { gateSuite } from './gate-suite.ts';
import { waitingRoomSuite } from './waiting-room-suite.ts';

let redis: GateRedis;

beforeAll(async () => {
  redis = await startPair();
});
afterAll(() => redis?.stop());

gateSuite('Redis', () => redisGateWorld(redis));
waitingRoomSuite('Redis', () => redisGateWorld(redis));
