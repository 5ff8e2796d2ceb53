import kafkajs, { type PartitionAssigner } from 'kafkajs';
import { isPassing } from './kafka-fault.ts';

/**
 * The place that a reader has in its group, kept over its consumers: kafkajs forgets it with a consumer that crashed, and
 * the broker, which wrote it down, then gives the partitions to nobody until the session of the one that is gone is over.
 */
export interface GroupPlace {
  /** Of the consumer that joined last. */
  memberId: string | null;
}

/**
 * Kafkajs' own assigner. Whoever had the place before is taken out of the group before the new consumer joins, so that the
 * others wait for no session. (An assigner is what kafkajs lets others see of a consumer's connections.)
 */
export function takingOver(place: GroupPlace): PartitionAssigner {
  return (config) => {
    const former = place.memberId;
    if (former !== null) {
      const { cluster, groupId } = config;
      const find = cluster.findGroupCoordinator.bind(cluster);
      let isOut = false;
      cluster.findGroupCoordinator = async (group) => {
        const coordinator = await find(group);
        if (!isOut && canLeave(coordinator)) await leave(coordinator, groupId, former);
        isOut = true;
        return coordinator;
      };
    }
    return kafkajs.PartitionAssigners.roundRobin(config);
  };
}

/** A coordinator that starts or moves is asked again by whoever joins; one that does not know the member has nothing to do. */
async function leave(coordinator: LeavingBroker, groupId: string, memberId: string): Promise<void> {
  await coordinator.leaveGroup({ groupId, memberId }).catch((error: unknown) => {
    if (isPassing(error)) throw error;
  });
}

/** A broker of kafkajs has it; its types do not say so. A kafkajs without it waits for the session, as before. */
interface LeavingBroker {
  leaveGroup(request: { readonly groupId: string; readonly memberId: string }): Promise<unknown>;
}

function canLeave(broker: object): broker is LeavingBroker {
  return 'leaveGroup' in broker && typeof broker.leaveGroup === 'function';
}
