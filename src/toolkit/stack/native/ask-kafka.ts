import { exchange } from './exchange.ts';

/** Kafka's protocol guide (kafka.apache.org/protocol): api key of a Metadata request, and the version we speak. */
const metadata = { key: 3, version: 1 } as const;
const correlationId = 1;

/**
 * Asks a broker for the brokers of its cluster: it answers with itself, by the port that it advertises, once it has joined
 * and takes requests.
 * @throws Error where it does not, or not yet
 */
export async function askKafka(port: number, timeoutMs: number, advertisedPort = port): Promise<void> {
  const brokers = await exchange(port, metadataRequest(), timeoutMs, (received) => {
    if (received.length < 4 || received.length < 4 + received.readInt32BE(0)) return undefined;
    if (received.readInt32BE(4) !== correlationId) throw new Error('no Kafka: it answered something else');
    return brokerPorts(received);
  });
  if (!brokers.includes(advertisedPort)) throw new Error('the broker has not joined its cluster yet');
}

/** Size, header (key, version, correlation id, no client id), and an empty list of topics: only the brokers. */
function metadataRequest(): Buffer {
  const request = Buffer.alloc(18);
  request.writeInt32BE(14, 0);
  request.writeInt16BE(metadata.key, 4);
  request.writeInt16BE(metadata.version, 6);
  request.writeInt32BE(correlationId, 8);
  request.writeInt16BE(-1, 12);
  request.writeInt32BE(0, 14);
  return request;
}

/** brokers: array of (node id int32, host string, port int32, rack nullable string). */
function brokerPorts(answer: Buffer): readonly number[] {
  const ports: number[] = [];
  const count = answer.readInt32BE(8);
  let at = 12;
  for (let broker = 0; broker < count; broker += 1) {
    at += 4;
    at += 2 + answer.readInt16BE(at);
    ports.push(answer.readInt32BE(at));
    at += 4;
    at += 2 + Math.max(0, answer.readInt16BE(at));
  }
  return ports;
}
