import { admissionRateAt } from '../domain/admission.ts';
import { type HeldOrders, holdAgeBoundsSeconds, type ProductTotals, type SaleView } from '../domain/ledger-facts.ts';
import { opennessAt } from '../domain/sale.ts';
import { waitingIn } from '../domain/waiting-room.ts';
import type { EngineStats, Readiness } from '../engine.ts';
import type { Clock } from '../ports/clock.ts';
import type { Ledger } from '../ports/ledger.ts';
import { ledgerGroup, type OrderLog } from '../ports/order-log.ts';
import type { WaitingRoom } from '../ports/waiting-room.ts';
import type { AppendLane } from './append-lane.ts';
import { createCancelSwitch } from './cancel-switch.ts';
import type { Standstill } from './log-standstill.ts';
import type { OrderPlacer } from './place-order.ts';
import { type OverviewParts, stockAtGate } from './sale-overview.ts';
import { sentenceOf } from './watch-reader.ts';

export interface StatsParts extends OverviewParts {
  readonly ledger: Ledger;
  /** See sharedReading: several dashboards cost as much as one. */
  readonly heldOrders: () => Promise<readonly HeldOrders[]>;
  readonly orderLog: OrderLog;
  readonly room: WaitingRoom;
  readonly lane: AppendLane;
  readonly placer: OrderPlacer;
  readonly controllerName: string;
  /** Name under which this process would lead. */
  readonly holder: string;
  /** Of this process' reader. */
  readonly standstills: () => readonly Standstill[];
  readonly counts: () => Readonly<Record<string, number>>;
}

/** Outbox entries looked at for the oldest one's age: the gate returns them oldest first. */
const oldestOnly = 1;
/** A dashboard asks every second and wants what is there; the server's own deadline for an answer is longer. */
const statsMs = 1_500;

type SaleStats = EngineStats['sales'][number];
type Away = EngineStats['away'][number];

async function gateStats(sale: SaleView, use: StatsParts): Promise<SaleStats['gate']> {
  const products = await stockAtGate(sale, use);
  if (products === null || !sale.epoch) return null;
  const outbox = await use.gate.unsettled(sale.config.saleId, sale.epoch.epoch, 0, oldestOnly);
  if (outbox.kind === 'rebuilding') return null;
  return { products, outbox: outbox.size, oldestUnsettledMs: outbox.orders[0]?.ageMs ?? 0 };
}

async function waitingCount(sale: SaleView, use: StatsParts): Promise<number> {
  const now = use.clock.now();
  const rate = admissionRateAt(sale.config, now);
  if (rate === null || !sale.epoch) return 0;
  const answer = await use.room.admit(sale.config.saleId, sale.epoch.epoch, rate, 0, now);
  return answer.kind === 'admitted' ? waitingIn(answer.progress) : 0;
}

const noneHeld: Omit<HeldOrders, 'saleId'> = {
  byAge: [...holdAgeBoundsSeconds.map(() => 0), 0],
  overdue: 0,
  oldestMs: 0,
};

/** What the ledger has of all sales, read once for all of them. */
interface LedgerBooks {
  readonly totals: readonly ProductTotals[];
  readonly held: readonly HeldOrders[];
}

async function ledgerBooks(use: StatsParts): Promise<LedgerBooks> {
  const [totals, held] = await Promise.all([use.ledger.totals(null), use.heldOrders()]);
  return { totals, held };
}

function ledgerStats({ config: { saleId } }: SaleView, { totals, held }: LedgerBooks): SaleStats['ledger'] {
  const own = held.find((one) => one.saleId === saleId) ?? noneHeld;
  return {
    products: totals
      .filter((product) => product.saleId === saleId)
      .map(({ productId, total, held: units, sold }) => ({ productId, total, held: units, sold })),
    held: { byAge: own.byAge, overdue: own.overdue, oldestMs: own.oldestMs },
  };
}

type Answer<Read> =
  | { readonly kind: 'read'; readonly value: Read }
  | { readonly kind: 'late'; readonly why: string }
  | { readonly kind: 'failed'; readonly why: string };

/** What was asked answers, fails, or takes longer than `ms`: then it is left to itself. */
async function answerWithin<Read>(ms: number, asked: Promise<Read>, clock: Clock): Promise<Answer<Read>> {
  const waiting = createCancelSwitch();
  const late = clock
    .sleep(ms, waiting.signal)
    .then((): Answer<Read> => ({ kind: 'late', why: `no answer within ${ms / 1_000} s` }));
  try {
    return await Promise.race([asked.then((value): Answer<Read> => ({ kind: 'read', value })), late]);
  } catch (error) {
    return { kind: 'failed', why: error instanceof Error ? error.message : String(error) };
  } finally {
    waiting.abort();
  }
}

/**
 * Everything a dashboard shows, read now. What does not answer in time is named in `away`, and what was to be read there is
 * null: whoever watches an outage wants what is left.
 */
export async function reportStats(use: StatsParts): Promise<EngineStats> {
  const away = new Map<Away['name'], string>();
  const orNull = async <Read>(name: Away['name'], asked: Promise<Read>): Promise<Read | null> => {
    const answer = await answerWithin(statsMs, asked, use.clock);
    if (answer.kind === 'read') return answer.value;
    away.set(name, answer.why);
    return null;
  };
  const [holder, books, lag, atGates] = await Promise.all([
    orNull('ledger', use.ledger.leaseHolder(use.controllerName)),
    orNull('ledger', ledgerBooks(use)),
    orNull('order-log', use.orderLog.lag(ledgerGroup)),
    Promise.all(
      [...use.lease.sales()].map(async (sale) => {
        const [gate, waiting] = await Promise.all([
          orNull('gate', gateStats(sale, use)),
          orNull('gate', waitingCount(sale, use)),
        ]);
        return { sale, gate, waiting };
      }),
    ),
  ]);
  const at = use.clock.now();
  return {
    serverId: use.lease.serverId,
    at,
    controller: holder === null ? null : { holder, here: holder === use.holder },
    lag,
    away: [...away].map(([name, why]) => ({ name, why })),
    sales: atGates.map(({ sale, gate, waiting }) => ({
      saleId: sale.config.saleId,
      configVersion: sale.config.version,
      openness: opennessAt(sale.config, at),
      epoch: sale.epoch?.epoch ?? null,
      gate,
      ledger: books === null ? null : ledgerStats(sale, books),
      waiting,
    })),
    queues: { waiting: use.placer.waiting(), appendsInFlight: use.lane.inFlight() },
    counts: use.counts(),
  };
}

type Dependency = Readiness['dependencies'][number];

/** Whoever asks for readiness waits a few seconds at most (Kubernetes: one), and wants the reason in it. */
const readyMs = 2_000;

async function look(
  name: Dependency['name'],
  use: StatsParts,
  check: () => Promise<string | null>,
): Promise<Dependency> {
  const startedMs = use.clock.monotonicMs();
  const answer = await answerWithin(readyMs, check(), use.clock);
  if (answer.kind === 'failed') return { name, ok: false, latencyMs: null, why: answer.why };
  const why = answer.kind === 'late' ? answer.why : answer.value;
  return { name, ok: why === null, latencyMs: Math.round(use.clock.monotonicMs() - startedMs), why };
}

/** Whether orders can be taken, dependency by dependency. A server with no sale yet is ready; one whose gates are all away is not. */
export async function reportReadiness(use: StatsParts): Promise<Readiness> {
  const dependencies = await Promise.all([
    look('ledger', use, async () => {
      await use.ledger.ping();
      return null;
    }),
    look('order-log', use, async () => {
      await use.orderLog.lag(ledgerGroup);
      const standing = use.standstills();
      return standing.length === 0 ? null : standing.map(sentenceOf).join('; ');
    }),
    look('gate', use, async () => {
      const away: string[] = [];
      for (const sale of use.lease.sales()) {
        if (sale.config.state !== 'closed' && (await stockAtGate(sale, use)) === null) away.push(sale.config.saleId);
      }
      return away.length === 0 ? null : `rebuilding: ${away.join(', ')}`;
    }),
    look('lease', use, async () => {
      for (const sale of use.lease.sales()) {
        if (use.lease.standing(sale.config.saleId).kind === 'lease_out')
          return 'the ledger has not answered for longer than the lease';
      }
      return null;
    }),
    look('controller', use, async () =>
      (await use.ledger.leaseHolder(use.controllerName)) === null ? 'nobody holds the controller lease' : null,
    ),
  ]);
  return { ready: dependencies.every(({ ok }) => ok), dependencies };
}
