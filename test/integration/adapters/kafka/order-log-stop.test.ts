import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { consumersOf } from '../../../../src/adapters/kafka/order-log-consumer.ts';
import { runReader } from '../../../../src/adapters/kafka/order-log-reader.ts';
import { createVirtualClock } from '../../../../src/adapters/memory/virtual-clock.ts';
import { eventually } from '../../../support/eventually.ts';
import { avroCodec } from '../../../support/kafka-logs.ts';

/** A broker that stands still: it takes connections, and no request of kafkajs is ever answered. */
const connections = new Set<Socket>();
const broker = createServer((socket) => {
  connections.add(socket);
  socket.on('error', () => {}).once('close', () => connections.delete(socket));
  socket.resume();
});
beforeEach(async () => {
  broker.listen(0, '127.0.0.1');
  await once(broker, 'listening');
});
afterEach(() => new Promise((closed) => broker.close(closed)));

it('a reader that is stopped while its broker stands still ends all the same, and leaves no connection behind', async () => {
  const clock = createVirtualClock();
  const stop = new AbortController();
  const lines: string[] = [];
  const { port } = broker.address() as AddressInfo; // it listens on TCP
  const address = { brokers: [`127.0.0.1:${port}`], log: (_: string, message: string) => void lines.push(message) };
  const use = { openConsumer: consumersOf(address, clock), topic: 'orders', codec: avroCodec, clock, batch: 500 };
  const reading = {
    groupId: 'ledger',
    onBatch: async () => expect.unreachable('nothing is read'),
    signal: stop.signal,
  };
  let isOver = false;
  const ended = runReader(use, reading).then(() => {
    isOver = true;
  });
  await eventually('it has a connection', () => connections.size > 0);

  stop.abort();
  await clock.advance(4_000);
  expect(isOver).toBe(false);
  await clock.advance(2_000);
  await ended;

  // Kafkajs would have waited for its own timeout, and we said so.
  expect(lines).toEqual([]);
  await eventually('the connections are closed', () => connections.size === 0);
});
