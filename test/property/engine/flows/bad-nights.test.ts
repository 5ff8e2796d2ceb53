import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { GateReplica } from '../../../../src/adapters/memory/memory-gate.ts';
import type { LogPlacing } from '../../../../src/adapters/memory/memory-order-log.ts';
import { nodeDigest } from '../../../../src/adapters/node/node-digest.ts';
import type { IdempotencyKey, UserId } from '../../../../src/engine/domain/ids.ts';
import { orderIdOf } from '../../../../src/engine/domain/order-id.ts';
import { brokenPromises, type Heard, isQuiet } from '../../../support/bad-night.ts';
import {
  createMemoryFleet,
  type FleetProcess,
  type MemoryFleet,
  type Part,
  type Trouble,
} from '../../../support/memory-fleet.ts';
import { night, ticket } from '../../../support/memory-world.ts';

/** One thing that happens in a bad night. Numbers are taken modulo what there is. */
type Happening =
  | {
      readonly kind: 'order';
      readonly at: number;
      readonly user: number;
      readonly key: number;
      readonly quantity: number;
      readonly copies: number;
    }
  | { readonly kind: 'cancel' | 'confirm'; readonly at: number; readonly user: number; readonly key: number }
  | { readonly kind: 'wait'; readonly ms: number }
  | { readonly kind: 'lose' | 'restart' | 'snapshot' | 'fail-over' | 'reunite' | 'stall-consumers' | 'run-consumers' }
  | { readonly kind: 'split'; readonly stay: number }
  | {
      readonly kind: 'disturb';
      readonly at: number;
      readonly part: Part;
      readonly trouble: Trouble;
      readonly calls: number;
    }
  | { readonly kind: 'kill' | 'pause' | 'resume'; readonly at: number }
  | { readonly kind: 'stock'; readonly at: number; readonly by: number }
  | { readonly kind: 'init'; readonly at: number; readonly to: number };

const at = fc.nat(2);
const user = fc.nat(3);
const key = fc.nat(2);
const trouble: fc.Arbitrary<Trouble> = fc.oneof(
  fc.record({ kind: fc.constantFrom('before' as const, 'after' as const) }),
  fc.record({
    kind: fc.constant('slow' as const),
    beforeMs: fc.constantFrom(0, 1, 40, 400, 1_600, 4_000),
    afterMs: fc.constantFrom(0, 1, 40, 400, 1_600),
  }),
);
const happening: fc.Arbitrary<Happening> = fc.oneof(
  {
    weight: 10,
    arbitrary: fc.record({
      kind: fc.constant('order' as const),
      at,
      user,
      key,
      quantity: fc.integer({ min: 1, max: 2 }),
      copies: fc.integer({ min: 1, max: 2 }),
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom('cancel' as const, 'confirm' as const), at, user, key }) },
  {
    weight: 7,
    arbitrary: fc.record({ kind: fc.constant('wait' as const), ms: fc.constantFrom(0, 1, 10, 60, 300, 1_000, 2_500) }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constantFrom(
        'lose' as const,
        'restart' as const,
        'snapshot' as const,
        'fail-over' as const,
        'reunite' as const,
      ),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('stall-consumers' as const, 'run-consumers' as const) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('split' as const), stay: at }) },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('disturb' as const),
      at,
      part: fc.constantFrom('gate' as const, 'ledger' as const, 'renew' as const, 'log' as const),
      trouble,
      calls: fc.integer({ min: 1, max: 6 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constantFrom('kill' as const, 'pause' as const, 'resume' as const), at }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('stock' as const), at, by: fc.integer({ min: -4, max: 3 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('init' as const), at, to: fc.nat(6) }) },
);

/** Copies of an order part in one kind of log and stay together in the other. */
const placings = fc.constantFrom<LogPlacing>('by_append', 'by_order');

class Night {
  readonly fleet: MemoryFleet;
  readonly heard: Heard[] = [];
  readonly rejections: string[] = [];
  #secret = '';
  #replica: GateReplica | null = null;

  constructor(placing: LogPlacing) {
    // A short server lease keeps the nights short; the rules do not depend on its length.
    this.fleet = createMemoryFleet({ serverLeaseMs: 3_000 }, placing);
  }

  async begin(confirmation: 'on_record' | 'explicit'): Promise<void> {
    const { fleet } = this;
    const { ledger } = fleet;
    await ledger.saveSale(
      {
        saleId: night,
        state: 'open',
        confirmation,
        holdSeconds: 8,
        products: [{ productId: ticket, limitPerUser: 3 }],
      },
      { actor: 'test', newSecret: 'a'.repeat(64) },
    );
    this.#secret = (await ledger.sale(night))?.orderIdSecret ?? '';
    const first = fleet.start();
    fleet.start();
    const opened = first.running.engine.initStock({ saleId: night, productId: ticket, quantity: 6 }, 'test');
    await fleet.until(() => isQuiet(fleet, night), 5_000);
    await fleet.clock.advance(500);
    expect(await opened).toMatchObject({ kind: 'initialized' });
  }

  async happen(what: Happening): Promise<void> {
    const { fleet } = this;
    switch (what.kind) {
      case 'order':
        for (let copy = 0; copy < what.copies; copy += 1)
          this.#order(what.at + copy, what.user, what.key, what.quantity);
        return;
      case 'cancel':
      case 'confirm': {
        const { engine } = this.#process(what.at).running;
        const [userId, key] = names(what.user, what.key);
        const orderId = orderIdOf(this.#secret, userId, key, nodeDigest);
        this.#watch(what.kind === 'cancel' ? engine.cancelOrder(orderId) : engine.confirmOrder(orderId));
        return;
      }
      case 'wait':
        return fleet.clock.advance(what.ms);
      case 'lose':
        return fleet.gate.lose();
      case 'restart':
        return fleet.gate.restart();
      case 'snapshot':
        this.#replica = fleet.gate.replica();
        return;
      case 'fail-over':
        return this.#replica ? fleet.gate.failOver(this.#replica) : undefined;
      case 'split':
        return fleet.split(this.#replica ?? fleet.gate.replica(), [this.#process(what.stay)]);
      case 'stall-consumers':
        return fleet.stallConsumers();
      case 'run-consumers':
        return fleet.runConsumers();
      case 'reunite':
        return fleet.reunite();
      case 'disturb':
        return this.#process(what.at).disturb(what.part, what.trouble, what.calls);
      case 'kill':
        this.#process(what.at).kill();
        fleet.start();
        return;
      case 'pause':
        return this.#process(what.at).pause();
      case 'resume':
        return this.#process(what.at).resume();
      case 'stock':
        this.#watch(
          this.#process(what.at).running.engine.changeStock(
            { saleId: night, productId: ticket, change: { by: what.by } },
            'test',
          ),
        );
        return;
      case 'init':
        this.#watch(
          this.#process(what.at).running.engine.initStock(
            { saleId: night, productId: ticket, quantity: what.to },
            'test',
          ),
        );
        return;
      default:
        what satisfies never;
    }
  }

  /** Everything is mended; the night has to come to rest by itself. */
  async end(): Promise<void> {
    const { fleet } = this;
    fleet.reunite();
    fleet.runConsumers();
    for (const process of fleet.processes) {
      process.heal();
      process.resume();
    }
    // Above the server's lease, the append deadline, the controller's lease, the relay and the hold's deadline together.
    await fleet.clock.advance(15_000);
    const quiet = await fleet.until(() => isQuiet(fleet, night), 30_000, 500);
    expect(quiet, 'the night came to rest').toBe(true);
  }

  /** After the night every key hears something definite, and what heard yes before hears of the same order. */
  async askAgain(): Promise<void> {
    const before = new Set(
      this.heard.flatMap(({ outcome }) =>
        'orderId' in outcome && outcome.kind !== 'key_reused' ? [outcome.orderId] : [],
      ),
    );
    const first = this.heard.length;
    for (let buyer = 0; buyer < 4; buyer += 1) for (let key = 0; key < 3; key += 1) this.#order(0, buyer, key, 1);
    await this.fleet.clock.advance(100);
    const again = this.heard.slice(first);
    expect(again.length).toBe(12);
    for (const { userId, key, outcome } of again) {
      const known = before.has(orderIdOf(this.#secret, userId, key, nodeDigest));
      expect(
        known ? ['duplicate', 'key_reused'] : ['accepted', 'duplicate', 'key_reused', 'sold_out', 'over_limit'],
      ).toContain(outcome.kind);
    }
    await this.fleet.clock.advance(1_000);
  }

  #process(index: number): FleetProcess {
    const alive = this.fleet.processes.filter((process) => process.alive);
    const process = alive[index % alive.length];
    if (!process) throw new Error('nobody is alive');
    return process;
  }

  #order(at: number, user: number, key: number, quantity: number): void {
    const [userId, name] = names(user, key);
    const { engine } = this.#process(at).running;
    const placed = engine.placeOrder({
      saleId: night,
      userId,
      key: name,
      lines: [{ productId: ticket, quantity }],
      pass: null,
    });
    this.#watch(placed.then((outcome) => void this.heard.push({ userId, key: name, outcome })));
  }

  #watch(promise: Promise<unknown>): void {
    promise.catch((error: unknown) => void this.rejections.push(String(error)));
  }
}

function names(user: number, key: number): [UserId, IdempotencyKey] {
  return [`user-${user}` as UserId, `key-${key}` as IdempotencyKey];
}

describe('a bad night', () => {
  it.each(['on_record', 'explicit'] as const)(
    'keeps every promise whatever happens to gate, log, ledger and processes (%s)',
    async (confirmation) => {
      await fc.assert(
        fc.asyncProperty(
          placings,
          fc.array(happening, { minLength: 1, maxLength: 40, size: 'max' }),
          async (placing, happenings) => {
            const theNight = new Night(placing);
            await theNight.begin(confirmation);
            for (const each of happenings) await theNight.happen(each);
            await theNight.end();
            await theNight.askAgain();
            await theNight.fleet.until(() => isQuiet(theNight.fleet, night), 10_000);

            const broken = await brokenPromises(theNight.fleet, night, theNight.heard);
            expect(broken).toEqual([]);
            expect(theNight.rejections).toEqual([]);
          },
        ),
        {
          numRuns: Number(process.env['NIGHTS'] ?? 250),
          ...(process.env['SEED'] ? { seed: Number(process.env['SEED']) } : {}),
        },
      );
    },
    60_000,
  );
});
