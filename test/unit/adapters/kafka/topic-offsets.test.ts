import { type Admin, KafkaJSConnectionError, KafkaJSProtocolError } from 'kafkajs';
import { describe, expect, it } from 'vitest';
import type { OpenClient } from '../../../../src/adapters/kafka/cuttable-client.ts';
import { createTopicOffsets } from '../../../../src/adapters/kafka/topic-offsets.ts';
import { createVirtualClock } from '../../../../src/adapters/memory/virtual-clock.ts';
import type { Clock } from '../../../../src/engine/ports/clock.ts';

/** What a broker says that leads the partition no more, or not yet. */
const notLeader = () =>
  new KafkaJSProtocolError(
    Object.assign(new Error('This server is not the leader for that topic-partition'), {
      type: 'NOT_LEADER_FOR_PARTITION',
      code: 6,
      retriable: true,
    }),
  );

/** A broker that stands still: what kafkajs tells of it after its timeout, and an answer that never comes. */
const silent = 'a silence';

/** A Kafka whose answers about the ends of a partition come in turn, the last one for ever; counts its connections. */
function kafkaThatSays(...answers: readonly (Error | 'ends' | typeof silent)[]) {
  const counts = { opened: 0, closed: 0, cut: 0, asked: 0 };
  const silentBrokers: string[] = [];
  const open: OpenClient = () => {
    let isCut = false;
    let tellOfSilence: (event: { readonly payload: object }) => void = () => {};
    const admin: Partial<Admin> = {
      events: { REQUEST_TIMEOUT: 'admin.network.request_timeout' } as Admin['events'], // of its events only this one
      on: ((_: string, listen: typeof tellOfSilence) => {
        tellOfSilence = listen;
      }) as unknown as Admin['on'], // it has one form for each event
      async connect() {
        counts.opened += 1;
      },
      async disconnect() {
        counts.closed += 1;
      },
      async fetchTopicOffsets() {
        const answer = answers[Math.min(counts.asked, answers.length - 1)];
        counts.asked += 1;
        if (answer instanceof Error) throw answer;
        if (answer === silent) {
          tellOfSilence({ payload: { broker: `broker-${counts.asked}`, apiName: 'ListOffsets' } });
          return new Promise<never>(() => {});
        }
        return [{ partition: 0, offset: '9', low: '4', high: '9' }];
      },
      fetchOffsets: async () => [{ topic: 'orders', partitions: [{ partition: 0, offset: '6', metadata: null }] }],
    };
    return {
      // Of the administration only what offsets are read with.
      kafka: { admin: () => admin as Admin, consumer: () => expect.unreachable('nothing is read') },
      get isCut() {
        return isCut;
      },
      cut() {
        isCut = true;
        counts.cut += 1;
      },
      rememberSilent: (broker) => void silentBrokers.push(broker),
    };
  };
  return { open, counts, silentBrokers };
}

/** Its pauses take no time. */
const clock: Clock = { ...createVirtualClock(), sleep: async () => {} };

describe('the offsets of the topic', () => {
  it('are asked for again, over a new connection, where a broker leads no more', async () => {
    const { open, counts } = kafkaThatSays(notLeader(), notLeader(), 'ends');
    const offsets = createTopicOffsets(open, 'orders', clock);

    expect(await offsets.lag('ledger')).toEqual([{ partition: 0, end: 9n, committed: 6n, lag: 3n }]);

    await offsets.close();
    expect(counts).toEqual({ opened: 3, closed: 3, cut: 0, asked: 3 });
  });

  it('are asked for by all who failed at the same time over one new connection', async () => {
    const { open, counts } = kafkaThatSays(notLeader(), notLeader(), 'ends');
    const offsets = createTopicOffsets(open, 'orders', clock);

    const [ends, lag] = await Promise.all([offsets.ends(), offsets.lag('ledger')]);

    expect(ends).toEqual([{ partition: 0, low: 4n, high: 9n }]);
    expect(lag).toHaveLength(1);
    expect(counts).toMatchObject({ opened: 2, closed: 1 });
  });

  it('are asked of the others where a broker gave no answer, and not waited for at the silent one', async () => {
    const { open, counts, silentBrokers } = kafkaThatSays(silent, 'ends');
    const offsets = createTopicOffsets(open, 'orders', clock);

    expect(await offsets.lag('ledger')).toEqual([{ partition: 0, end: 9n, committed: 6n, lag: 3n }]);

    await offsets.close();
    expect(counts).toEqual({ opened: 2, closed: 1, cut: 1, asked: 2 });
    expect(silentBrokers).toEqual(['broker-1']);
  });

  it('are given up where nobody answers, after the third who was asked', async () => {
    const { open, counts } = kafkaThatSays(silent);

    await expect(createTopicOffsets(open, 'orders', clock).ends()).rejects.toThrow('gave no answer to ListOffsets');

    expect(counts).toMatchObject({ opened: 3, cut: 3, asked: 3 });
  });

  it('are given up within bounds, and at once where Kafka is away', async () => {
    const electing = kafkaThatSays(notLeader());
    await expect(createTopicOffsets(electing.open, 'orders', clock).ends()).rejects.toThrow('not the leader');
    expect(electing.counts.asked).toBe(6);

    const away = kafkaThatSays(new KafkaJSConnectionError('Connection error'));
    await expect(createTopicOffsets(away.open, 'orders', clock).ends()).rejects.toThrow('Connection error');
    expect(away.counts.asked).toBe(1);
  });
});
