import fc from 'fast-check';
import type { Pool } from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createMemoryLedger } from '../../../../src/adapters/memory/memory-ledger.ts';
import { createVirtualClock } from '../../../../src/adapters/memory/virtual-clock.ts';
import { createPool } from '../../../../src/adapters/postgres/pool.ts';
import { createPostgresLedger } from '../../../../src/adapters/postgres/postgres-ledger.ts';
import { codeOf } from '../../../../src/engine/domain/flux-error.ts';
import { mainGate, type ServerId } from '../../../../src/engine/domain/ids.ts';
import { toInstant } from '../../../../src/engine/domain/time.ts';
import type { Lease, Ledger } from '../../../../src/engine/ports/ledger.ts';
import { ledgerGroup } from '../../../../src/engine/ports/order-log.ts';
import { epoch, orderId, productId } from '../../../builders/ids.ts';
import { batchOf, longMs, marker, secret } from '../../../contract/ledger-world.ts';
import {
  type Holder,
  historyOrderIds,
  historySales,
  type LedgerStep,
  ledgerHistories,
} from '../../../support/ledger-histories.ts';
import { postgresOfFile } from '../../../support/postgres-of-file.ts';

const postgres = postgresOfFile();
let pool: Pool;
beforeAll(async () => {
  pool = createPool(await postgres.database());
});
afterAll(async () => {
  await pool?.end();
});

/** An empty ledger: a database of its own for each history would take longer than the history. */
async function emptied(): Promise<Ledger> {
  await pool.query(`truncate sales, products, orders, order_lines, order_events, pending_releases, gate_epochs, epoch_markers,
    servers, leases, stock_changes, dead_letters, admin_events, log_positions restart identity;
    update epoch_counter set number = 0`);
  return createPostgresLedger({ pool });
}

/** A history takes a third of a second where other tests run beside it. */
const runs = process.env.FLUXGATE_LONG === '1' ? 500 : 25;

/** A ledger, and the leases that its controllers believe in. */
interface Side {
  readonly ledger: Ledger;
  readonly leases: Map<Holder, Lease>;
}

const none: Lease = { name: 'controller', holder: 'nobody', token: 0 };

/** The same step for a ledger of any kind. */
async function take({ ledger, leases }: Side, step: LedgerStep): Promise<unknown> {
  const leaseOf = (by: Holder): Lease => leases.get(by) ?? none;
  switch (step.kind) {
    case 'save':
      return ledger.saveSale(step.change, {
        actor: 'test',
        newSecret: secret,
        ...(step.only === null ? {} : { only: step.only }),
      });
    case 'total': {
      const known = (await ledger.totals(step.sale)).find((each) => each.productId === step.product);
      const version = (known?.totalVersion ?? 0) + (step.stale ? 1 : 0);
      return ledger.setTotal(step.sale, productId(step.product), step.total, version, 'test');
    }
    case 'finish': {
      const pending = sorted(await ledger.pendingStockChanges())[step.nth];
      return pending && ledger.finishStockChange(pending, step.verdict, epoch(step.epoch));
    }
    case 'record': {
      const { entries, partition, nextOffset } = step;
      const result = await ledger.record(batchOf(entries, { partition, nextOffset }));
      // Where several rules are broken either may be named.
      return result.kind === 'refused' ? result.kind : result;
    }
    case 'revoke':
      return ledger.revoke(step.record, 'test', { release: step.release });
    case 'bury': {
      const { offset, n, sale: saleId } = step;
      const bytes = new Uint8Array([0, 255]);
      return ledger.storeDeadLetter({
        partition: 0,
        offset,
        orderId: n === null ? null : orderId(n),
        saleId,
        reason: 'cut',
        bytes,
      });
    }
    case 'dig': {
      const letter = (await ledger.deadLetters(10))[step.nth];
      return letter && ledger.removeDeadLetter(letter.id, 'test');
    }
    case 'move':
      return ledger.transition(orderId(step.n), step.to, 'test');
    case 'lead': {
      const lease = await ledger.takeLease('controller', step.by, longMs);
      if (lease !== null) leases.set(step.by, lease);
      return lease;
    }
    case 'resign':
      return ledger.dropLease(leaseOf(step.by));
    case 'expire':
      return (await ledger.expireOverdue(100, leaseOf(step.by))).toSorted();
    case 'acknowledge':
      return ledger.acknowledgeReleases(step.sale, epoch(step.epoch), step.orders.map(orderId), leaseOf(step.by));
    case 'take':
      return ledger.nextEpoch(step.sale, mainGate, 'test', leaseOf(step.by));
    case 'open':
      return ledger.openEpoch(step.sale, mainGate, epoch(step.epoch), leaseOf(step.by));
    case 'report':
      return ledger.reportFence(step.sale, mainGate, epoch(step.epoch), step.reason);
    case 'room': {
      const at = { epoch: epoch(1), counter: step.counter };
      return ledger.checkpointRoom(step.sale, { admittedUpTo: at, lastPlace: at }, leaseOf(step.by));
    }
    case 'renew':
      return ledger.renewServer(step.server as ServerId, step.number);
    case 'leave':
      return ledger.removeServer(step.server as ServerId, null);
    case 'forget':
      return ledger.forgetFleet();
    default:
      return step satisfies never;
  }
}

async function allOf<Item>(stream: AsyncIterable<Item>): Promise<readonly Item[]> {
  const items: Item[] = [];
  for await (const item of stream) items.push(item);
  return items;
}

const asText = (value: unknown): string =>
  JSON.stringify(value, (_, part: unknown) => (typeof part === 'bigint' ? `${part}n` : part));
const sorted = <Item>(items: readonly Item[]): readonly Item[] =>
  items.toSorted((a, b) => (asText(a) < asText(b) ? -1 : 1));

/** Everything that a ledger lets see; lists that nobody promises an order for are sorted. */
async function seen(ledger: Ledger) {
  const ofSales = await Promise.all(
    historySales.map(async (saleId) => ({
      sale: await ledger.sale(saleId),
      version: await ledger.configVersion(saleId),
      totals: await ledger.totals(saleId),
      releases: sorted(await ledger.pendingReleases(saleId, 100)),
      past: await Promise.all([1, 2, 3].map((each) => ledger.partitionsPast(marker(each, saleId)))),
      snapshot: await allOf(ledger.snapshot(saleId)).then(
        (chunks) =>
          chunks.map((chunk) => {
            if (chunk.kind === 'orders') return sorted(chunk.orders);
            if (chunk.kind === 'buyers') return sorted(chunk.buyers);
            return chunk.kind === 'passes' ? sorted(chunk.passes) : chunk;
          }),
        codeOf,
      ),
    })),
  );
  return {
    ofSales,
    sales: await ledger.sales(),
    orders: await Promise.all(historyOrderIds.map((each) => ledger.order(each))),
    states: sorted([...(await ledger.orderStates(historyOrderIds))]),
    scanned: (await allOf(ledger.scan(null, 5))).flat(),
    letters: await ledger.deadLetters(10),
    pending: sorted(await ledger.pendingStockChanges()),
    wanted: await ledger.epochsWanted(),
    servers: sorted((await ledger.serverRows()).map(({ renewal: _, ...row }) => row)),
    leader: await ledger.leaseHolder('controller'),
    held: sorted(await ledger.heldOrders()),
    audit: [
      sorted(await ledger.auditProducts()),
      sorted(await ledger.auditCounts()),
      sorted((await ledger.auditDuplicateKeys(100)).map((each) => ({ ...each, orderIds: each.orderIds.toSorted() }))),
      sorted(await ledger.auditLimits(100)),
      sorted(await ledger.auditOverdue(0, 100)),
      await ledger.auditSizes(),
      await ledger.recordedOffsets(ledgerGroup),
    ],
  };
}

/** Of a moment that a ledger itself read off its clock, and of a number that a database may skip, nothing can be compared. */
const own = new Set(['recordedAt', 'storedAt', 'id', 'at', 'oldestMs']);

function comparable(value: unknown): unknown {
  if (value instanceof Uint8Array) return [...value];
  if (Array.isArray(value)) return value.map(comparable);
  if (typeof value !== 'object' || value === null) return value;
  const isUnreadable = 'userId' in value && value.userId === 'unreadable';
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => !own.has(name) && !(isUnreadable && name === 'acceptedAt'))
      .map(([name, part]) => [name, comparable(part)]),
  );
}

const answerOf = (side: Side, step: LedgerStep): Promise<unknown> =>
  take(side, step).then(comparable, (error: unknown) => ({ code: codeOf(error) ?? String(error) }));

it('answers and keeps exactly what the memory ledger does, whatever happens in whatever order', async () => {
  await fc.assert(
    fc.asyncProperty(ledgerHistories, async (steps) => {
      const clock = createVirtualClock({ start: toInstant(Date.now()) });
      const memory: Side = { ledger: createMemoryLedger({ clock }), leases: new Map() };
      const real: Side = { ledger: await emptied(), leases: new Map() };
      for (const step of steps) {
        // No two steps are of one moment, as on a real clock.
        await clock.advance(1);
        const wanted = await answerOf(memory, step);
        expect([step.kind, await answerOf(real, step)]).toEqual([step.kind, wanted]);
      }

      expect(comparable(await seen(real.ledger))).toEqual(comparable(await seen(memory.ledger)));
    }),
    { numRuns: runs },
  );
}, 900_000);
