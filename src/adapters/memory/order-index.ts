import { FluxError } from '../../engine/domain/flux-error.ts';
import type { OrderId } from '../../engine/domain/ids.ts';

/** Tables, so that one that doubles moves a 256th of the orders: well under a millisecond of a million. */
const shardCount = 256;
/** So small that V8 keeps the words on its heap (64 bytes): in a small sale most tables have one order. */
const firstCapacity = 2;
/** Four words of the id and one of the value. */
const wordsPerSlot = 5;

/**
 * Order ids with a small number each, in 20 bytes a slot: a Map of a million ids as strings takes four times that, and
 * all of it is for the garbage collector to look through. Open addressing with linear probing (Knuth, The Art of Computer
 * Programming, volume 3, section 6.4, algorithm L), kept at most 3/4 full. Nothing is ever taken out.
 */
export class OrderIndex {
  /** Made when the first order falls into one: most sales of a simulation never need most of them. */
  readonly #shards: (Shard | undefined)[] = Array.from({ length: shardCount });
  readonly #words = new Uint32Array(4);

  /** 0 where the id is unknown. */
  get(orderId: OrderId): number {
    const hash = this.#read(orderId);
    return this.#shards[shardOf(hash)]?.get(this.#words, hash) ?? 0;
  }

  /** `value` from 1 to 2^32 - 1. */
  set(orderId: OrderId, value: number): void {
    const hash = this.#read(orderId);
    const at = shardOf(hash);
    const shard = this.#shards[at] ?? new Shard();
    this.#shards[at] = shard;
    shard.set(this.#words, hash, value);
  }

  copy(): OrderIndex {
    const copy = new OrderIndex();
    for (const [at, shard] of this.#shards.entries()) copy.#shards[at] = shard?.copy();
    return copy;
  }

  /** Reads the id's 128 bits into `#words` and mixes them. */
  #read(orderId: OrderId): number {
    const words = this.#words;
    if (orderId.length !== 36) throw malformed(orderId);
    let at = 0;
    for (let word = 0; word < 4; word += 1) {
      let value = 0;
      for (let digits = 0; digits < 8; ) {
        const code = orderId.charCodeAt(at);
        at += 1;
        if (code === dash) continue;
        const digit = code >= 97 && code <= 102 ? code - 87 : code >= 48 && code <= 57 ? code - 48 : -1;
        if (digit < 0) throw malformed(orderId);
        value = (value << 4) | digit;
        digits += 1;
      }
      words[word] = value;
    }
    return hashOf(words);
  }
}

/** The upper 8 bits choose one of the 256 tables, the lower ones the slot. */
const shardOf = (hash: number): number => hash >>> 24;

const dash = 45;

function malformed(orderId: OrderId): FluxError {
  return new FluxError('fault', `${JSON.stringify(orderId)} is no order id: a UUID in lower case was expected`);
}

class Shard {
  #capacity = firstCapacity;
  #size = 0;
  #slots = new Uint32Array(firstCapacity * wordsPerSlot);

  get(words: Uint32Array, hash: number): number {
    return this.#slots[this.#find(words, hash) + 4] ?? 0;
  }

  set(words: Uint32Array, hash: number, value: number): void {
    let slot = this.#find(words, hash);
    if (this.#slots[slot + 4] === 0) {
      if ((this.#size + 1) * 4 > this.#capacity * 3) {
        this.#grow();
        slot = this.#find(words, hash);
      }
      this.#size += 1;
      this.#slots.set(words, slot);
    }
    this.#slots[slot + 4] = value;
  }

  copy(): Shard {
    const copy = new Shard();
    copy.#capacity = this.#capacity;
    copy.#size = this.#size;
    copy.#slots = this.#slots.slice();
    return copy;
  }

  /** Where the id stands, or the empty slot where it would. There is always an empty one. */
  #find(words: Uint32Array, hash: number): number {
    const slots = this.#slots;
    // Not destructured: that walks an iterator, and this is the hottest loop of the gate.
    const w0 = words[0];
    const w1 = words[1];
    const w2 = words[2];
    const w3 = words[3];
    let at = hash & (this.#capacity - 1);
    for (;;) {
      const slot = at * wordsPerSlot;
      if (slots[slot + 4] === 0) return slot;
      if (slots[slot + 3] === w3 && slots[slot + 2] === w2 && slots[slot + 1] === w1 && slots[slot] === w0) return slot;
      at = (at + 1) & (this.#capacity - 1);
    }
  }

  #grow(): void {
    const old = this.#slots;
    this.#capacity *= 2;
    this.#slots = new Uint32Array(this.#capacity * wordsPerSlot);
    for (let slot = 0; slot < old.length; slot += wordsPerSlot) {
      if (old[slot + 4] === 0) continue;
      const entry = old.subarray(slot, slot + wordsPerSlot);
      this.#slots.set(entry, this.#find(entry, hashOf(entry)));
    }
  }
}

/** The four words of an id, mixed to one: ids are hashes already, but tests count them up. */
function hashOf(words: Uint32Array): number {
  const head = (words[0] ?? 0) ^ ((words[1] ?? 0) >>> 3) ^ ((words[2] ?? 0) << 5);
  const mixed = Math.imul(head ^ Math.imul(words[3] ?? 0, 0x85ebca6b), 0x9e3779b1);
  return (mixed ^ (mixed >>> 15)) >>> 0;
}
