import type { KafkaMessage } from 'kafkajs';
import { parseOrderId } from '../../engine/domain/ids.ts';
import type { LogBatch, LogEntry } from '../../engine/ports/order-log.ts';
import type { RecordCodec } from '../../engine/ports/record-codec.ts';
import { decodeMarker, markerHeader } from './epoch-marker.ts';

/** A record of Kafka as an entry: what cannot be read is `malformed`, never an exception. */
function entryOf(message: KafkaMessage, codec: RecordCodec): LogEntry {
  const offset = BigInt(message.offset);
  // A record without a value is none of ours; it has no bytes either.
  const bytes = message.value ?? Buffer.alloc(0);
  try {
    return message.headers?.kind?.toString() === markerHeader.kind
      ? { kind: 'marker', offset, marker: decodeMarker(bytes) }
      : { kind: 'order', offset, record: codec.decode(bytes), bytes };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const orderId = (message.key && parseOrderId(message.key.toString('latin1'))) || codec.orderIdIn(bytes);
    return { kind: 'malformed', offset, orderId, bytes, reason };
  }
}

/** Consecutive records of one partition, at least one. */
export function batchOf(partition: number, messages: readonly KafkaMessage[], codec: RecordCodec): LogBatch {
  const entries = messages.map((message) => entryOf(message, codec));
  return { partition, entries, nextOffset: (entries.at(-1)?.offset ?? -1n) + 1n };
}
