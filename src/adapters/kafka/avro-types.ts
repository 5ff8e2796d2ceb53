import avro, { type Schema, type Type } from 'avsc';
import { FluxError } from '../../engine/domain/flux-error.ts';
import { orderLimits } from '../../engine/domain/order.ts';

/** A type of ours from a schema: longs with `"unit": "minor"` are bigint, and no array is longer than an order may be. */
export function avroTypeOf(schema: Schema): Type {
  return avro.Type.forSchema(schema, {
    typeHook(part, options) {
      if (typeof part !== 'object' || Array.isArray(part) || !('type' in part)) return undefined;
      if (part.type === 'array') return new BoundedArray(part, options);
      return part.type === 'long' && 'unit' in part && part.unit === 'minor' ? bigLong : undefined;
    },
  });
}

/** A long beyond 2^53, too; avsc's own refuses those. */
const bigLong = avro.types.LongType.__with({
  fromBuffer: (bytes: Buffer) => bytes.readBigInt64LE(),
  toBuffer(value: bigint) {
    const bytes = Buffer.alloc(8);
    bytes.writeBigInt64LE(value);
    return bytes;
  },
  fromJSON: BigInt,
  toJSON: String,
  isValid: (value: unknown) => typeof value === 'bigint' && BigInt.asIntN(64, value) === value,
  compare: (a: bigint, b: bigint) => (a === b ? 0 : a < b ? -1 : 1),
});

/** What a type of avsc reads from. */
interface Tap {
  readLong(): number;
  skipLong(): void;
}

/**
 * avsc's array believes the count in front of its items and reads on behind the end of the bytes: ten bad bytes would keep
 * a consumer busy for hours. Ours gives up where there are more items than an order has lines.
 *
 * `_read` and `_skip` are avsc's inner methods; the codec's tests fail where another version of avsc does not call them.
 */
class BoundedArray extends avro.types.ArrayType {
  _read(tap: Tap): readonly unknown[] {
    // avsc calls this on its resolvers, too, which are no arrays but have an itemsType
    const itemsType = this.itemsType as Type & { _read(tap: Tap): unknown };
    const items: unknown[] = [];
    for (let count = tap.readLong(); count !== 0; count = tap.readLong()) {
      if (count < 0) tap.skipLong();
      const more = Math.abs(count);
      if (items.length + more > orderLimits.lines) {
        throw new FluxError('record_malformed', `The record has more than ${orderLimits.lines} lines`);
      }
      for (let read = 0; read < more; read++) items.push(itemsType._read(tap));
    }
    return items;
  }

  _skip(tap: Tap): void {
    this._read(tap);
  }
}
