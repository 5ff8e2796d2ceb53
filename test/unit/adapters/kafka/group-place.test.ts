import { type Cluster, KafkaJSProtocolError, KafkaJSRequestTimeoutError } from 'kafkajs';
import { describe, expect, it } from 'vitest';
import { takingOver } from '../../../../src/adapters/kafka/group-place.ts';

const groupId = 'ledger';
const logger = undefined as never; // roundRobin has nothing to say

/** What kafkajs gives an assigner: `answers` are those of the coordinator to those who leave. */
function aCluster(answers: readonly (Error | null)[], apiVersions: () => Promise<unknown> = async () => ({})) {
  const left: unknown[] = [];
  const coordinator = {
    apiVersions,
    leaveGroup: async (request: unknown) => {
      const answer = answers[left.length] ?? null;
      left.push(request);
      if (answer) throw answer;
    },
  };
  const parts: Partial<Cluster> = { findGroupCoordinator: async () => coordinator as never };
  return { cluster: parts as Cluster, left };
}

const loading = protocolError('COORDINATOR_LOAD_IN_PROGRESS', true);
const unknownMember = protocolError('UNKNOWN_MEMBER_ID', false);

function protocolError(type: string, retriable: boolean): Error {
  return Object.assign(new Error(type), { name: KafkaJSProtocolError.name, type, retriable });
}

describe('the place of a reader in its group', () => {
  it('is taken over by the next consumer: the former leaves once, before the new one joins', async () => {
    const { cluster, left } = aCluster([]);

    takingOver({ memberId: 'former' })({ cluster, groupId, logger });
    await cluster.findGroupCoordinator({ groupId });
    await cluster.findGroupCoordinator({ groupId });

    expect(left).toEqual([{ groupId, memberId: 'former' }]);
  });

  it("is nobody's at first", async () => {
    const { cluster, left } = aCluster([]);

    takingOver({ memberId: null })({ cluster, groupId, logger });
    await cluster.findGroupCoordinator({ groupId });

    expect(left).toEqual([]);
  });

  it('is asked for again where the coordinator is just starting', async () => {
    const { cluster, left } = aCluster([loading, null]);

    takingOver({ memberId: 'former' })({ cluster, groupId, logger });
    await expect(cluster.findGroupCoordinator({ groupId })).rejects.toBe(loading);
    await cluster.findGroupCoordinator({ groupId });

    expect(left).toHaveLength(2);
  });

  it('is asked for only of a coordinator that answers, each time that a consumer joins', async () => {
    let asked = 0;
    const silence = Object.assign(new Error('timed out'), { name: KafkaJSRequestTimeoutError.name });
    const { cluster, left } = aCluster([], async () => {
      asked += 1;
      if (asked !== 2) throw silence;
    });

    takingOver({ memberId: 'former' })({ cluster, groupId, logger });

    await expect(cluster.findGroupCoordinator({ groupId })).rejects.toBe(silence);
    expect(left).toEqual([]);
    await cluster.findGroupCoordinator({ groupId });
    await expect(cluster.findGroupCoordinator({ groupId })).rejects.toBe(silence);
  });

  it('is free where the coordinator has missed the former already', async () => {
    const { cluster, left } = aCluster([unknownMember]);

    takingOver({ memberId: 'former' })({ cluster, groupId, logger });
    await cluster.findGroupCoordinator({ groupId });
    await cluster.findGroupCoordinator({ groupId });

    expect(left).toHaveLength(1);
  });
});
