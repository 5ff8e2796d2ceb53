/**
 * What a broker of a stack has wherever it runs (kafka.apache.org/documentation/#brokerconfigs): `copies` of everything, no
 * topic by accident, groups that start at once.
 */
export function kafkaSettings(copies: number) {
  // What must have a record before it counts: with three copies one may be missing.
  const inSync = Math.max(1, copies - 1);
  return {
    'default.replication.factor': copies,
    'min.insync.replicas': inSync,
    'offsets.topic.replication.factor': copies,
    'transaction.state.log.replication.factor': copies,
    'transaction.state.log.min.isr': inSync,
    'share.coordinator.state.topic.replication.factor': copies,
    'share.coordinator.state.topic.min.isr': inSync,
    // Made on the first commit of an offset: 50 partitions take seconds, a few consumer groups need none of them.
    'offsets.topic.num.partitions': 4,
    'transaction.state.log.num.partitions': 4,
    // A group of development starts at once.
    'group.initial.rebalance.delay.ms': 0,
    // A broker that was killed is let in again only when its last session is over: 9 s by default.
    'broker.session.timeout.ms': 4000,
    'broker.heartbeat.interval.ms': 1000,
    // A topic by a mistyped name would have none of our settings.
    'auto.create.topics.enable': false,
    'unclean.leader.election.enable': false,
    // Its default (128 MB) is a quarter of the heap.
    'log.cleaner.dedupe.buffer.size': 16 * 1024 * 1024,
    'num.network.threads': 2,
    'num.io.threads': 4,
  };
}
