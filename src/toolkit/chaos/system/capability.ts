/** What an experiment or a fault may need that a system under test or this machine may lack, and what it is in words. */
export const capabilities = {
  embedded: 'a server with everything in it',
  stack: 'a stack of Redis, Kafka and PostgreSQL',
  native: 'services that are processes of this machine',
  docker: 'services in containers',
  proxied: 'a stack that is reached through the fault proxy',
  'redis-single': 'one Redis alone',
  'redis-sentinel': 'a Redis with replicas and Sentinels',
  'redis-cluster': 'a Redis Cluster',
  'kafka-3': 'three brokers',
  linux: 'Linux: processes are looked at in /proc',
  root: 'the rights of root',
  mount: 'the right to mount a small disk (mount -t tmpfs)',
  prlimit: 'the program prlimit (util-linux), which limits a process that runs',
  taskset: 'the program taskset (util-linux), which holds a process to a core',
  planted: 'a source tree with its planted defects (test/planted), which no shipped build has',
} as const satisfies Record<string, string>;

export type Capability = keyof typeof capabilities;
