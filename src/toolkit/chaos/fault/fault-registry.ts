import { clockDrift } from '../faults/clock/clock-drift.ts';
import { clockJump } from '../faults/clock/clock-jump.ts';
import { kafkaReadOnly } from '../faults/kafka/kafka-read-only.ts';
import { toxics } from '../faults/network/toxics.ts';
import { postgresConnections } from '../faults/postgres/postgres-connections.ts';
import { postgresDiskFull } from '../faults/postgres/postgres-disk-full.ts';
import { postgresFailingCommits } from '../faults/postgres/postgres-failing-commits.ts';
import { postgresLockRow } from '../faults/postgres/postgres-lock-row.ts';
import { cpuHog } from '../faults/process/cpu-hog.ts';
import { deploy } from '../faults/process/deploy.ts';
import { kill } from '../faults/process/kill.ts';
import { memoryLimit } from '../faults/process/memory-limit.ts';
import { pause } from '../faults/process/pause.ts';
import { restart } from '../faults/process/restart.ts';
import { redisFailover } from '../faults/redis/redis-failover.ts';
import { redisFlush } from '../faults/redis/redis-flush.ts';
import { redisFull } from '../faults/redis/redis-full.ts';
import { redisPause } from '../faults/redis/redis-pause.ts';
import type { ChaosFault } from './chaos-fault.ts';

/** Every fault, by the name that experiments use. docs/chaos.md says how to add one: its file, and its line here. */
const all: readonly ChaosFault[] = [
  kill,
  pause,
  restart,
  memoryLimit,
  cpuHog,
  deploy,
  clockJump,
  clockDrift,
  ...toxics,
  redisFlush,
  redisFailover,
  redisPause,
  redisFull,
  kafkaReadOnly,
  postgresLockRow,
  postgresConnections,
  postgresFailingCommits,
  postgresDiskFull,
];

export const chaosFaults: ReadonlyMap<string, ChaosFault> = new Map(all.map((fault) => [fault.name, fault]));
