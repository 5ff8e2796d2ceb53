import { type OrderId, parseOrderId } from '../../engine/domain/ids.ts';
import { type Findings, findingsKept } from '../../engine/domain/invariants/findings.ts';
import { acceptedTwice, otherOrderHeard } from '../../engine/domain/invariants/no-duplicate.ts';
import { classOfPromised, classOfUnknown, heardOrderLost } from '../../engine/domain/invariants/no-lost-order.ts';
import type { OrderState } from '../../engine/domain/order.ts';
import type { Instant } from '../../engine/domain/time.ts';
import type { HistoryEntry, HistoryOutcome } from '../history/history-entry.ts';
import type { HistoryBook, LedgerBook } from './books.ts';
import { type IdTable, idMarks } from './id-table.ts';
import type { KnownSales } from './known-sales.ts';
import { StateLookup } from './state-lookup.ts';

/** Keys without a last word that are remembered until they hear one: about 20 MB. Beyond, the oldest is asked for at once. */
const openKeysKept = 200_000;

/** Sales that the ledger does not have: enough to see whose history it is. */
const salesNamed = 5;

/** A few reports a second. */
const progressEvery = 50_000;

/** What an answer tells about the key's order. */
const meaning = {
  accepted: 'heard',
  duplicate: 'heard',
  key_reused: 'said',
  sold_out: 'said',
  limit_reached: 'said',
  not_open: 'said',
  refused: 'said',
  // refused before the gate was asked for units: whatever was open before stays open
  waiting: 'nothing',
  rate_limited: 'nothing',
  overloaded: 'nothing',
  rebuilding: 'nothing',
  unknown: 'unknown',
  server_error: 'unknown',
  connection_error: 'unknown',
  timeout: 'unknown',
  aborted: 'unknown',
} as const satisfies Record<HistoryOutcome, 'heard' | 'said' | 'nothing' | 'unknown'>;

/** What the buyers' book says, held against the ledger. */
export interface HistoryTally {
  readonly requests: number;
  /** Requests of sales that are not looked at. */
  readonly passedOver: number;
  /** 200s, `ignored` ones included. */
  readonly answers200: number;
  /** Different orders that somebody heard 200 for; the parts add up to it. */
  readonly ordersHeard: number;
  readonly ok: number;
  readonly lost: number;
  /** Those of `lost` that the order log has: the log pass counted them too. */
  readonly lostAndLogged: number;
  readonly revoked: number;
  readonly pending: number;
  /** Orders that were told twice that they are new. */
  readonly duplicated: number;
  /** Keys whose last answer does not say whether the order stands. */
  readonly unknownKeys: number;
  readonly recovered: number;
  /** Ids of unknown keys that have no order, the first 20. */
  readonly absentIds: readonly string[];
  /** 200s that named an order which the key cannot make with the ledger's secret. */
  readonly otherOrders: number;
  /** Sales that requests named and the ledger does not have, the first few. */
  readonly unknownSales: readonly string[];
  readonly revokedIds: readonly string[];
  /** True where more keys were open at once than are remembered: unknownKeys is then an upper bound. */
  readonly unknownKeysAtMost: boolean;
}

interface Use {
  readonly history: HistoryBook;
  readonly ledger: LedgerBook;
  readonly sales: KnownSales;
  readonly table: IdTable;
  readonly findings: Findings;
  /** True while the log goes on growing: what is not in the ledger may be on its way there. */
  readonly moving: () => Promise<boolean>;
  readonly progress: (done: number) => void;
  /** Only answers of then or later. */
  readonly since: Instant | null;
}

/** Reads the buyers' history once. Needs the table as the log pass left it. @throws FluxError of the history or the ledger */
export async function readBuyers(use: Use): Promise<HistoryTally> {
  const pass = new HistoryPass(use);
  if (use.sales.ids.length === 0) return pass.end();
  for await (const entry of use.history.read(use.since)) {
    const room = pass.entry(entry);
    if (room) await room;
  }
  return pass.end();
}

type Question = 'heard' | 'unknown';

class HistoryPass {
  readonly #use: Use;
  readonly #open = new Set<OrderId>();
  readonly #lookup: StateLookup<Question>;
  readonly #missing: OrderId[] = [];
  readonly #absentIds: OrderId[] = [];
  readonly #revokedIds: OrderId[] = [];
  readonly #n = {
    requests: 0,
    passedOver: 0,
    answers200: 0,
    ordersHeard: 0,
    ok: 0,
    lost: 0,
    lostAndLogged: 0,
    revoked: 0,
    pending: 0,
    duplicated: 0,
    unknownKeys: 0,
    recovered: 0,
    otherOrders: 0,
  };
  readonly #unknownSales = new Set<string>();
  #unknownKeysAtMost = false;

  constructor(use: Use) {
    this.#use = use;
    this.#lookup = new StateLookup(use.ledger, (orderId, question, state) => {
      if (question === 'heard') this.#promised(orderId, state);
      else this.#unknown(orderId, state);
    });
  }

  entry(entry: HistoryEntry): Promise<void> | undefined {
    const { sales } = this.#use;
    this.#n.requests += 1;
    if (this.#n.requests % progressEvery === 0) this.#use.progress(this.#n.requests);
    const candidates = sales.salesOf(entry);
    if (candidates.length > 0 && !candidates.some((saleId) => sales.looksAt(saleId))) {
      this.#n.passedOver += 1;
      return undefined;
    }
    if (entry.saleId !== undefined && !sales.has(entry.saleId)) this.#unknownSale(entry.saleId);
    switch (meaning[entry.outcome]) {
      case 'heard':
        return this.#heard(entry, candidates);
      case 'said':
        if (this.#open.size > 0) for (const own of this.#ownIds(entry, candidates)) this.#open.delete(own);
        return undefined;
      case 'nothing':
        return undefined;
      case 'unknown':
        return this.#stillOpen(this.#ownIds(entry, candidates));
    }
  }

  async end(): Promise<HistoryTally> {
    for (const orderId of this.#open) {
      const room = this.#askUnknown(orderId);
      if (room) await room;
    }
    await this.#lookup.drain();
    if (this.#n.lost > 0 && (await this.#use.moving())) {
      this.#n.pending += this.#n.lost;
      this.#n.lost = 0;
      this.#n.lostAndLogged = 0;
    }
    if (this.#n.lost > 0) {
      this.#use.findings.add(...this.#missing.map((orderId) => heardOrderLost(orderId)));
      this.#use.findings.addUnnamed('heard_order_lost', this.#n.lost - this.#missing.length);
    }
    return {
      ...this.#n,
      unknownSales: [...this.#unknownSales],
      absentIds: this.#absentIds,
      revokedIds: this.#revokedIds,
      unknownKeysAtMost: this.#unknownKeysAtMost,
    };
  }

  #unknownSale(saleId: string): void {
    if (this.#unknownSales.size < salesNamed) this.#unknownSales.add(saleId);
  }

  #heard(entry: HistoryEntry, candidates: readonly string[]): Promise<void> | undefined {
    const { table, findings } = this.#use;
    this.#n.answers200 += 1;
    const heard = entry.orderId ?? '';
    const own = this.#ownIds(entry, candidates);
    for (const one of own) if (this.#open.size > 0) this.#open.delete(one);
    const orderId = own.find((one) => one === heard) ?? parseOrderId(heard);
    if (own.length > 0 && (orderId === undefined || !own.includes(orderId))) {
      this.#n.otherOrders += 1;
      findings.add(otherOrderHeard(entry.userId, entry.key, heard, own[0] ?? ''));
    }
    if (orderId === undefined) return undefined;
    const isNew = entry.outcome === 'accepted';
    const before = table.mark(orderId, idMarks.heard | (isNew ? idMarks.heardNew : 0));
    if (isNew && (before & idMarks.heardNew) !== 0) {
      this.#n.duplicated += 1;
      findings.add(acceptedTwice(orderId, entry.userId, entry.key));
    }
    if ((before & idMarks.heard) !== 0) return undefined;
    this.#n.ordersHeard += 1;
    if ((before & idMarks.inLedger) === 0) return this.#lookup.ask(orderId, 'heard');
    this.#promised(orderId, (before & idMarks.revoked) === 0 ? 'confirmed' : 'revoked');
    return undefined;
  }

  /** An order that somebody heard 200 for. */
  #promised(orderId: OrderId, state: OrderState | undefined): void {
    const marks = this.#use.table.marksOf(orderId);
    const mayBePending = (marks & idMarks.pending) !== 0;
    const becameOf = classOfPromised(state, { recordingMayBePending: mayBePending });
    this.#n[becameOf] += 1;
    if (becameOf === 'lost') {
      keepFirst(this.#missing, orderId);
      if ((marks & idMarks.logged) !== 0) this.#n.lostAndLogged += 1;
    }
    if (becameOf === 'revoked') keepFirst(this.#revokedIds, orderId);
  }

  /** The last word of a key was that nobody knows. */
  #unknown(orderId: OrderId, state: OrderState | undefined): void {
    this.#n.unknownKeys += 1;
    const becameOf = classOfUnknown(state);
    if (becameOf === 'absent') keepFirst(this.#absentIds, orderId);
    else if (becameOf === 'recovered') this.#n.recovered += 1;
    else keepFirst(this.#revokedIds, orderId);
  }

  /** Remembers that the key waits for its last word; where too many do, the oldest is asked for now. */
  #stillOpen(own: readonly OrderId[]): Promise<void> | undefined {
    let room: Promise<void> | undefined;
    for (const orderId of own) {
      this.#open.delete(orderId);
      this.#open.add(flat(orderId));
    }
    for (const oldest of this.#open) {
      if (this.#open.size <= openKeysKept) break;
      this.#open.delete(oldest);
      this.#unknownKeysAtMost = true;
      room = this.#askUnknown(oldest) ?? room;
    }
    return room;
  }

  #askUnknown(orderId: OrderId): Promise<void> | undefined {
    const marks = this.#use.table.marksOf(orderId);
    if ((marks & idMarks.inLedger) === 0) return this.#lookup.ask(orderId, 'unknown');
    this.#unknown(orderId, (marks & idMarks.revoked) === 0 ? 'confirmed' : 'revoked');
    return undefined;
  }

  #ownIds(entry: HistoryEntry, candidates: readonly string[]): readonly OrderId[] {
    const ids: OrderId[] = [];
    for (const saleId of candidates) {
      const own = this.#use.sales.orderIdOf(saleId, entry.userId, entry.key);
      if (own !== undefined) ids.push(own);
    }
    return ids;
  }
}

function keepFirst(list: OrderId[], orderId: OrderId): void {
  if (list.length < findingsKept) list.push(orderId);
}

/** The same text in 48 bytes: an id that was just put together still holds the hash and all the pieces that it is of, 500 bytes. */
function flat(orderId: OrderId): OrderId {
  return Buffer.from(orderId, 'latin1').toString('latin1') as OrderId;
}
