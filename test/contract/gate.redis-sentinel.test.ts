// @module-tag redis
import { afterAll, beforeAll } from 'vitest';
import { type GateRedis, startSentinelPair } from '../support/gate-redis.ts';
import { redisGateWorld } from '../support/redis-gate-world.ts';
import { gateSuite } from './gate-suite.ts';
import { waitingRoomSuite } from './waiting-room-suite.ts';

let redis: GateRedis;

beforeAll(async () => {
  redis = await startSentinelPair();
});
afterAll(() => redis?.stop());

gateSuite('Redis Sentinel', () => redisGateWorld(redis));
waitingRoomSuite('Redis Sentinel', () => redisGateWorld(redis));
