import { createRequire } from 'node:module';
import { Socket } from 'node:net';
import { expect, it } from 'vitest';
import { leaveGoneSocketsAlone } from '../../../../src/adapters/kafka/gone-sockets.ts';

/** Of kafkajs, as far as this file uses it. */
interface Connection {
  connect(): Promise<void>;
  disconnect(): Promise<unknown>;
}
const ConnectionOfKafkajs: new (options: object) => Connection = createRequire(import.meta.url)(
  'kafkajs/src/network/connection.js',
);

const silence = () => {};
const logger = { namespace: () => logger, debug: silence, error: silence };

it('a connection that failed is not closed again and again: its socket gathers no listeners', async () => {
  leaveGoneSocketsAlone();
  const socket = new Socket();
  const socketFactory = () => socket.destroy(new Error('nobody listens there'));
  const options = { host: '127.0.0.1', port: 9_092, connectionTimeout: 1_000, requestTimeout: 1_000 };
  const connection = new ConnectionOfKafkajs({ ...options, logger, socketFactory });
  await expect(connection.connect()).rejects.toThrow('nobody listens there');

  for (let n = 0; n < 20; n++) await connection.disconnect();

  expect(socket.listenerCount('connect')).toBeLessThanOrEqual(1);
});
