import type { Admin } from 'kafkajs';
import { FluxError } from '../../engine/domain/flux-error.ts';
import type { RecordedPosition, RewoundPartition } from '../../engine/ports/order-log.ts';

/**
 * Sets a consumer group back to what the ledger has recorded; never forward, and never before what the topic still has.
 * @throws FluxError `stack_busy` while a consumer of the group runs: it would go on where it is
 */
export async function rewindGroup(
  admin: Admin,
  {
    topic,
    groupId,
    recorded,
  }: { readonly topic: string; readonly groupId: string; readonly recorded: readonly RecordedPosition[] },
): Promise<readonly RewoundPartition[]> {
  const { groups } = await admin.describeGroups([groupId]);
  const members = groups[0]?.members.length ?? 0;
  if (members > 0) {
    throw new FluxError(
      'stack_busy',
      `${members} readers of ${topic} are still at work: they would go on where they are`,
      {
        hint: 'end every fluxgate worker, wait 10 s, then once more',
      },
    );
  }
  const [ends, committed] = await Promise.all([
    admin.fetchTopicOffsets(topic),
    admin.fetchOffsets({ groupId, topics: [topic] }),
  ]);
  const reached = new Map(committed[0]?.partitions.map(({ partition, offset }) => [partition, BigInt(offset)]));
  const rewound = ends.map(({ partition, low }): RewoundPartition => {
    const from = reached.get(partition) ?? -1n;
    const known = recorded.find((one) => one.partition === partition)?.nextOffset ?? 0n;
    const first = BigInt(low);
    const wanted = known > first ? known : first;
    return { partition, from, to: from >= 0n && from < wanted ? from : wanted };
  });
  const partitions = rewound.map(({ partition, to }) => ({ partition, offset: to.toString() }));
  await admin.setOffsets({ groupId, topic, partitions });
  return rewound.toSorted((a, b) => a.partition - b.partition);
}
