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
 * Kafkajs' own assigner, and a look at the coordinator before each time that the consumer joins. (An assigner is what kafkajs
 * lets others see of a consumer's connections.)
 *
 * Whoever had the place before is taken out of the group before the new consumer joins, so that the others wait for no session.
 * And the coordinator has to answer something small first: a consumer waits for the answer to a join as long as others may take
 * for a batch, which is two minutes, and would do so, too, where the coordinator stands still and the cluster has not missed it.
 */
export function takingOver(place: GroupPlace): PartitionAssigner {
  return (config) => {
    const { cluster, groupId } = config;
    const find = cluster.findGroupCoordinator.bind(cluster);
    let former = place.memberId;
    cluster.findGroupCoordinator = async (group) => {
      const coordinator = await find(group);
      if (canAnswer(coordinator)) await coordinator.apiVersions();
      if (former !== null && canLeave(coordinator)) await leave(coordinator, groupId, former);
      former = null;
      return coordinator;
    };
    return kafkajs.PartitionAssigners.roundRobin(config);
  };
}

/** A coordinator that starts or moves is asked again by whoever joins; one that does not know the member has nothing to do. */
async function leave(coordinator: LeavingBroker, groupId: string, memberId: string): Promise<void> {
  await coordinator.leaveGroup({ groupId, memberId }).catch((error: unknown) => {
    if (isPassing(error)) throw error;
  });
}

/** A broker of kafkajs has it; its types do not say so. Everybody may ask for it, whatever rights he has. */
interface AnsweringBroker {
  apiVersions(): Promise<unknown>;
}

function canAnswer(broker: object): broker is AnsweringBroker {
  return 'apiVersions' in broker && typeof broker.apiVersions === 'function';
}

/** It has this, too. A kafkajs without it waits for the session, as before. */
interface LeavingBroker {
  leaveGroup(request: { readonly groupId: string; readonly memberId: string }): Promise<unknown>;
}

function canLeave(broker: object): broker is LeavingBroker {
  return 'leaveGroup' in broker && typeof broker.leaveGroup === 'function';
}
