import { writeHex16 } from '../../engine/domain/hex16.ts';
import type { OrderId, RequestHash } from '../../engine/domain/ids.ts';

/** A string takes this much more than its bytes at most; so does the head of the list. */
const headBytes = 5;

/**
 * Writes one flat list as MessagePack (msgpack.org, specification of 2013), which scripts read with `cmsgpack.unpack`: one
 * argument instead of thousands. Bytes are written as strings, because that is what Lua makes of either.
 *
 * The length stands at the front, so whoever makes a list says first how long it will be.
 */
export class MessagePackList {
  #bytes: Buffer;
  #at: number;

  /** `sizeBytes` is a guess at what all of it takes: a good one saves copying, a large one costs memory. */
  constructor(length: number, sizeBytes = 1_024) {
    this.#bytes = Buffer.allocUnsafe(sizeBytes + headBytes);
    this.#bytes[0] = 0xdd; // array 32
    this.#at = this.#bytes.writeUInt32BE(length, 1);
  }

  /** Text as UTF-8. */
  text(value: string): this {
    // UTF-16 code units take 3 bytes of UTF-8 at most
    const most = value.length * 3;
    this.#room(most + headBytes);
    const head = most < 32 ? 1 : 5;
    const size = this.#bytes.write(value, this.#at + head, 'utf8');
    this.#stringHead(head, size);
    this.#at += head + size;
    return this;
  }

  bytes(value: Uint8Array): this {
    this.#room(value.length + headBytes);
    const head = value.length < 32 ? 1 : 5;
    this.#stringHead(head, value.length);
    this.#bytes.set(value, this.#at + head);
    this.#at += head + value.length;
    return this;
  }

  /** 16 bytes. @throws FluxError `fault` where it is malformed */
  hex16(digits: OrderId | RequestHash): this {
    this.#room(16 + headBytes);
    this.#stringHead(1, 16);
    writeHex16(digits, this.#bytes, this.#at + 1);
    this.#at += 17;
    return this;
  }

  /** A whole number from 0 to 2^32 - 1. */
  whole(value: number): this {
    this.#room(headBytes);
    if (value < 128) this.#bytes[this.#at++] = value;
    else {
      this.#bytes[this.#at] = 0xce; // uint 32
      this.#at = this.#bytes.writeUInt32BE(value, this.#at + 1);
    }
    return this;
  }

  flag(value: boolean): this {
    this.#room(headBytes);
    this.#bytes[this.#at++] = value ? 0xc3 : 0xc2;
    return this;
  }

  finish(): Buffer {
    return this.#bytes.subarray(0, this.#at);
  }

  #stringHead(head: number, size: number): void {
    if (head === 1)
      this.#bytes[this.#at] = 0xa0 | size; // fixstr
    else {
      this.#bytes[this.#at] = 0xdb; // str 32
      this.#bytes.writeUInt32BE(size, this.#at + 1);
    }
  }

  #room(sizeBytes: number): void {
    if (this.#at + sizeBytes <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.#bytes.length * 2, this.#at + sizeBytes));
    this.#bytes.copy(larger, 0, 0, this.#at);
    this.#bytes = larger;
  }
}
