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

/** 64 parts: while one of them grows, the table needs a 64th more, not as much again. */
const partBits = 6;
const parts = 1 << partBits;
/** 12 bits to begin with: a small sale costs 36 KB. */
const firstSlots = (1 << 12) / parts;
/** At most 11.7 million ids in 151 MB: a history of ten million requests of which each became an order, well inside 500 MB. */
const mostSlots = 1 << 24;
const fullest = 0.7;

/**
 * Marks of order ids in bounded memory: 9 bytes a slot, open addressing, 64 of the id's 122 random bits as the key. Two ids of
 * ten million meet in those bits with a chance of 3 in a million; they would hide a finding, never make one of nothing
 * ("marked before"). Past its bound it takes no new ids and says so (`overflowed`): checks that need it then say that they were
 * not made.
 */
export class IdTable {
  readonly #parts: readonly TablePart[];
  #overflowed = false;

  constructor(slots: number = mostSlots) {
    this.#parts = Array.from({ length: parts }, () => new TablePart(slots / parts));
  }

  get size(): number {
    return this.#parts.reduce((sum, part) => sum + part.size, 0);
  }

  get overflowed(): boolean {
    return this.#overflowed;
  }

  marksOf(id: string): number {
    const high = highBits(id);
    return this.#partOf(high)?.marksOf(high, lowBits(id)) ?? 0;
  }

  /** Adds marks to an id and returns the marks it had before (0 for an id that is new, or that found no room). */
  mark(id: string, marks: number): number {
    const high = highBits(id);
    const before = this.#partOf(high)?.mark(high, lowBits(id), marks) ?? null;
    if (before !== null) return before;
    this.#overflowed = true;
    return 0;
  }

  #partOf(high: number): TablePart | undefined {
    return this.#parts[high >>> (32 - partBits)];
  }
}

/** One of the table's parts: the ids that begin with the same bits. */
class TablePart {
  size = 0;
  #slots = firstSlots;
  #high = new Uint32Array(firstSlots);
  #low = new Uint32Array(firstSlots);
  #marks = new Uint8Array(firstSlots);
  readonly #mostSlots: number;

  constructor(slots: number) {
    this.#mostSlots = slots;
  }

  marksOf(high: number, low: number): number {
    return this.#marks[this.#slotOf(high, low)] ?? 0;
  }

  /** As IdTable's; null where a new id found no room. */
  mark(high: number, low: number, marks: number): number | null {
    let slot = this.#slotOf(high, low);
    const before = this.#marks[slot] ?? 0;
    if (before === 0) {
      if (this.size >= this.#slots * fullest) {
        if (!this.#grow()) return null;
        slot = this.#slotOf(high, low);
      }
      this.size += 1;
      this.#high[slot] = high;
      this.#low[slot] = low;
    }
    this.#marks[slot] = before | marks;
    return before;
  }

  /** The slot of the key, or the free one where it would go. */
  #slotOf(high: number, low: number): number {
    const mask = this.#slots - 1;
    let slot = low & mask;
    while (this.#marks[slot] !== 0 && (this.#low[slot] !== low || this.#high[slot] !== high)) slot = (slot + 1) & mask;
    return slot;
  }

  #grow(): boolean {
    if (this.#slots * 2 > this.#mostSlots) return false;
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
