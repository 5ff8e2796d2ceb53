/** What is known of an order id. Bits; 0 is an id that was never met. */
export const idMarks = {
  /** A record of it that is not late stands in the log. */
  logged: 1,
  /** Its record may not have been recorded yet. */
  pending: 2,
  inLedger: 4,
  revoked: 8,
  /** A buyer heard 200 for it. */
  heard: 16,
  /** A buyer heard that it is new. */
  heardNew: 32,
  /** Met while scanning the ledger's rows. */
  scanned: 64,
} as const;

/** 12 bits to begin with: a small sale costs 36 KB. */
const firstSlots = 1 << 12;
/** At most 5.8 million ids in 75 MB: more than any sale that is to be verified in a minute, and well inside the 350 MB. */
const mostSlots = 1 << 23;
const fullest = 0.7;

/**
 * Marks of order ids in bounded memory: 9 bytes a slot, open addressing, 64 of the id's 122 random bits as the key. Two ids of a
 * million meet in those bits with a chance of 3 in 100 million; they would hide a finding, never make one of nothing ("marked before").
 * Past its bound it takes no new ids and says so (`overflowed`): checks that need it then say that they were not made.
 */
export class IdTable {
  #slots = firstSlots;
  #high = new Uint32Array(firstSlots);
  #low = new Uint32Array(firstSlots);
  #marks = new Uint8Array(firstSlots);
  #size = 0;
  #overflowed = false;
  readonly #mostSlots: number;

  constructor(slots: number = mostSlots) {
    this.#mostSlots = slots;
  }

  get size(): number {
    return this.#size;
  }

  get overflowed(): boolean {
    return this.#overflowed;
  }

  marksOf(id: string): number {
    return this.#marks[this.#slotOf(highBits(id), lowBits(id))] ?? 0;
  }

  /** Adds marks to an id and returns the marks it had before (0 for an id that is new, or that found no room). */
  mark(id: string, marks: number): number {
    const high = highBits(id);
    const low = lowBits(id);
    let slot = this.#slotOf(high, low);
    const before = this.#marks[slot] ?? 0;
    if (before === 0) {
      if (this.#size >= this.#slots * fullest) {
        if (!this.#grow()) return 0;
        slot = this.#slotOf(high, low);
      }
      this.#size += 1;
      this.#high[slot] = high;
      this.#low[slot] = low;
    }
    this.#marks[slot] = before | marks;
    return before;
  }

  /** How many ids have all of these marks. */
  count(marks: number): number {
    let n = 0;
    for (const has of this.#marks) if ((has & marks) === marks) n += 1;
    return n;
  }

  /** The slot of the key, or the free one where it would go. */
  #slotOf(high: number, low: number): number {
    const mask = this.#slots - 1;
    let slot = low & mask;
    while (this.#marks[slot] !== 0 && (this.#low[slot] !== low || this.#high[slot] !== high)) slot = (slot + 1) & mask;
    return slot;
  }

  #grow(): boolean {
    if (this.#slots * 2 > this.#mostSlots) {
      this.#overflowed = true;
      return false;
    }
    const [high, low, marks, slots] = [this.#high, this.#low, this.#marks, this.#slots];
    this.#slots = slots * 2;
    this.#high = new Uint32Array(this.#slots);
    this.#low = new Uint32Array(this.#slots);
    this.#marks = new Uint8Array(this.#slots);
    for (let from = 0; from < slots; from += 1) {
      const has = marks[from] ?? 0;
      if (has === 0) continue;
      const to = this.#slotOf(high[from] ?? 0, low[from] ?? 0);
      this.#high[to] = high[from] ?? 0;
      this.#low[to] = low[from] ?? 0;
      this.#marks[to] = has;
    }
    return true;
  }
}

// The first and the last eight hex digits of a UUID: neither holds version or variant bits.
function highBits(id: string): number {
  return Number.parseInt(id.slice(0, 8), 16) >>> 0;
}

function lowBits(id: string): number {
  return Number.parseInt(id.slice(28, 36), 16) >>> 0;
}
