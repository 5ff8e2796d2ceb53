import { createRequire } from 'node:module';
import type { Message } from 'kafkajs';
import { FluxError } from '../../engine/domain/flux-error.ts';

const require = createRequire(import.meta.url);
/** Marks a message whose value is a whole record batch. */
const whole: unique symbol = Symbol('whole record batch');
/** The first version of the request that has record batches (KIP-98); every broker that we allow knows a later one. */
const firstWithBatches = 3;

interface WholeBatch extends Message {
  readonly [whole]: true;
}

/** What kafkajs 2.2.4 gives to the encoder of a Produce request. */
interface ProduceData {
  readonly acks: number;
  readonly timeout: number;
  readonly topicData: readonly {
    readonly topic: string;
    readonly partitions: readonly { readonly partition: number; readonly messages: readonly Message[] }[];
  }[];
}
/** What it takes for an encoder's result (Encoder.writeEncoder). */
interface Encoded {
  readonly buf: Buffer;
  readonly buffer: Buffer;
}
type Produce = (data: ProduceData) => { readonly request: { encode: () => Promise<Encoded> } };
interface Produces {
  protocol: (of: { readonly version: number }) => Produce | undefined;
}

/** A record batch (record-batch.ts) as the one message of a send: kafkajs carries it, with connections, TLS, SASL and leaders. */
export function wholeBatch(batch: Buffer, partition: number): Message {
  return { value: batch, partition, [whole]: true } as WholeBatch;
}

let carried = false;

/**
 * Teaches kafkajs to send a record batch as it is. It has no door for that, so we wrap where it makes the request; all other
 * messages (epoch markers) go its own way. package.json names the very version: in another one a batch might be written as one
 * record that nobody can read, and the tests of this file would say so.
 */
export function carryWholeBatches(): void {
  if (carried) return;
  const produces = require('kafkajs/src/protocol/requests/produce/index.js') as Produces;
  const { protocol } = produces;
  produces.protocol = ({ version }) => {
    const produce = protocol({ version });
    if (produce === undefined) return produce;
    return (data) => {
      const made = produce(data);
      if (data.topicData.every(({ partitions }) => partitions.every(({ messages }) => isWhole(messages)))) {
        if (version < firstWithBatches)
          throw new FluxError(
            'order_log_unreachable',
            `This Kafka takes no record batches (Produce version ${version})`,
            {
              hint: 'Kafka 3.9 or newer',
            },
          );
        made.request.encode = async () => encodeProduce(data);
      }
      return made;
    };
  };
  carried = true;
}

function isWhole(messages: readonly Message[]): boolean {
  const [message] = messages;
  return messages.length === 1 && message !== undefined && whole in message;
}

/** Produce request, versions 3 to 8: transactional id, acks, timeout, topics with their partitions (kafka.apache.org/protocol). */
function encodeProduce({ acks, timeout, topicData }: ProduceData): Encoded {
  const parts: Buffer[] = [];
  const head = Buffer.alloc(12);
  head.writeInt16BE(-1, 0); // no transactional id
  head.writeInt16BE(acks, 2);
  head.writeInt32BE(timeout, 4);
  head.writeInt32BE(topicData.length, 8);
  parts.push(head);
  for (const { topic, partitions } of topicData) {
    const name = Buffer.from(topic);
    const of = Buffer.alloc(2 + name.length + 4);
    of.writeInt16BE(name.length, 0);
    name.copy(of, 2);
    of.writeInt32BE(partitions.length, 2 + name.length);
    parts.push(of);
    for (const { partition, messages } of partitions) {
      const batch = messages[0]?.value as Buffer; // isWhole
      const where = Buffer.alloc(8);
      where.writeInt32BE(partition, 0);
      where.writeInt32BE(batch.length, 4);
      parts.push(where, batch);
    }
  }
  const buffer = Buffer.concat(parts);
  return { buf: buffer, buffer };
}
