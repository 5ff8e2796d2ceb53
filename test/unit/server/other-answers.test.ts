import { describe, expect, it } from 'vitest';
import { errorCodes } from '../../../src/engine/domain/error-codes.ts';
import { FluxError } from '../../../src/engine/domain/flux-error.ts';
import type { Epoch, IdempotencyKey } from '../../../src/engine/domain/ids.ts';
import type { LedgerOrder } from '../../../src/engine/domain/ledger-facts.ts';
import type { InitOutcome } from '../../../src/engine/engine.ts';
import { requestErrorAnswer, thrownAnswer } from '../../../src/server/answers/fault-answer.ts';
import { readinessAnswer } from '../../../src/server/answers/health-answers.ts';
import { endAnswer, statusOutcomeAnswer } from '../../../src/server/answers/order-answers.ts';
import { saveAnswer } from '../../../src/server/answers/sale-answers.ts';
import { initAnswer, inventoryAnswer, stockAnswer } from '../../../src/server/answers/stock-answers.ts';
import { ticketAnswer } from '../../../src/server/answers/ticket-answer.ts';
import {
  sampleInstant,
  sampleOrderId,
  sampleProductId,
  sampleSale,
  sampleSaleId,
  sampleUserId,
} from '../../support/fake-engine.ts';

const summary = ({ status, json }: { status: number; json: string }) => [status, JSON.parse(json).code];
const asked = { productId: 'ticket', quantity: 7 };

describe('the answer about an order', () => {
  it('shows lines, prices and history of a recorded order', () => {
    const order: LedgerOrder = {
      orderId: sampleOrderId,
      saleId: sampleSaleId,
      userId: sampleUserId,
      idempotencyKey: 'k' as IdempotencyKey,
      state: 'confirmed',
      epoch: 1 as Epoch,
      lines: [{ productId: sampleProductId, quantity: 2, unitPriceMinor: 99_900n }],
      currency: 'EUR',
      acceptedAt: sampleInstant,
      recordedAt: sampleInstant,
      expiresAt: null,
      history: [],
    };
    const history = [
      { state: 'accepted' as const, at: sampleInstant, reason: null },
      { state: 'cancelled' as const, at: sampleInstant, reason: 'buyer' },
    ];

    const answer = statusOutcomeAnswer({
      kind: 'status',
      orderId: sampleOrderId,
      saleId: sampleSaleId,
      state: 'cancelled',
      order,
      history,
    });

    expect(JSON.parse(answer.json)).toEqual({
      orderId: sampleOrderId,
      saleId: 'default',
      state: 'cancelled',
      recorded: true,
      lines: [{ productId: 'ticket', quantity: 2, unitPriceMinor: 99_900 }],
      currency: 'EUR',
      acceptedAt: '2026-11-23T09:30:00.000Z',
      expiresAt: null,
      history: [
        { state: 'accepted', at: '2026-11-23T09:30:00.000Z' },
        { state: 'cancelled', at: '2026-11-23T09:30:00.000Z', reason: 'buyer' },
      ],
    });
  });

  it('is 404 where nobody knows it and 503 where nobody can say', () => {
    expect(summary(statusOutcomeAnswer({ kind: 'unknown_order' }))).toEqual([404, 'unknown_order']);
    expect(summary(statusOutcomeAnswer({ kind: 'unknown' }))).toEqual([503, 'unknown']);
    expect(summary(statusOutcomeAnswer({ kind: 'rebuilding' }))).toEqual([503, 'rebuilding']);
  });

  it.each([
    ['state', 'order_state'],
    ['too_late', 'too_late'],
    ['confirmation_not_explicit', 'confirmation_not_explicit'],
  ] as const)('is 409 where %s forbids to end it', (why, code) => {
    const answer = endAnswer({ kind: 'forbidden', orderId: sampleOrderId, state: 'expired', why });

    expect(summary(answer)).toEqual([409, code]);
    expect(JSON.parse(answer.json)).toMatchObject({ orderId: sampleOrderId, state: 'expired' });
  });

  it('is 404 or 503 where an end is asked for an order that is unknown, or not recorded in time', () => {
    expect(summary(endAnswer({ kind: 'unknown_order' }))).toEqual([404, 'unknown_order']);
    expect(summary(endAnswer({ kind: 'unknown' }))).toEqual([503, 'unknown']);
  });
});

describe('the answer about stock', () => {
  it('says what was initialized in the words of old', () => {
    const outcome: InitOutcome = { kind: 'initialized', saleId: sampleSaleId, total: 47, free: 7 };

    expect(JSON.parse(initAnswer(outcome, asked).json)).toMatchObject({
      status: 'ok',
      msg: 'Stock initialized for ticket to 7',
    });
  });

  it('names the worker where no controller is there to open the gate', () => {
    const lonely = initAnswer({ kind: 'rebuilding', controllerSeen: false }, asked);
    const busy = initAnswer({ kind: 'rebuilding', controllerSeen: true }, asked);

    expect([lonely.status, busy.status]).toEqual([503, 503]);
    expect(lonely.json).toContain('fluxgate worker');
    expect(busy.json).not.toContain('fluxgate worker');
  });

  it('is 409 where it was refused and 503 where it is unknown', () => {
    expect(summary(initAnswer({ kind: 'refused', why: 'closed' }, asked))).toEqual([409, 'stock_refused']);
    expect(summary(initAnswer({ kind: 'unknown' }, asked))).toEqual([503, 'unknown']);
    expect(summary(stockAnswer({ kind: 'refused', why: 'sold' }))).toEqual([409, 'stock_refused']);
    expect(summary(stockAnswer({ kind: 'unknown_product' }))).toEqual([404, 'unknown_product']);
    expect(summary(stockAnswer({ kind: 'unknown' }))).toEqual([503, 'unknown']);
    expect(summary(inventoryAnswer({ kind: 'unknown_product' }))).toEqual([404, 'unknown_product']);
    expect(summary(inventoryAnswer({ kind: 'unknown_sale' }))).toEqual([404, 'unknown_sale']);
    expect(summary(inventoryAnswer({ kind: 'sale_ambiguous', saleIds: [] }))).toEqual([400, 'sale_ambiguous']);
    expect(summary(inventoryAnswer({ kind: 'rebuilding' }))).toEqual([503, 'rebuilding']);
    expect(summary(inventoryAnswer({ kind: 'unknown' }))).toEqual([503, 'unknown']);
  });

  it('is 202 while a lowering waits for the controller', () => {
    const answer = stockAnswer({ kind: 'pending', saleId: sampleSaleId, productId: sampleProductId, total: 5 });

    expect(answer.status).toBe(202);
  });
});

describe('the answer about a sale', () => {
  it('shows configuration and stock of each product together', () => {
    const answer = saveAnswer({ kind: 'saved', sale: sampleSale }, 201);

    expect(answer.status).toBe(201);
    expect(JSON.parse(answer.json).products).toEqual([
      {
        productId: 'ticket',
        total: 100,
        held: 0,
        sold: 40,
        free: 60,
        limitPerUser: 2,
        priceMinor: 99_900,
        currency: 'EUR',
      },
    ]);
  });

  it('is an error with a code where it was not saved', () => {
    expect(summary(saveAnswer({ kind: 'exists' }, 201))).toEqual([409, 'sale_conflict']);
    expect(summary(saveAnswer({ kind: 'refused', why: 'closed' }, 200))).toEqual([409, 'sale_invalid']);
    expect(summary(saveAnswer({ kind: 'unknown_sale' }, 200))).toEqual([404, 'unknown_sale']);
    expect(summary(saveAnswer({ kind: 'unknown' }, 200))).toEqual([503, 'unknown']);
  });
});

describe('the answer about a ticket', () => {
  it.each(['malformed', 'forged', 'expired', 'foreign'] as const)('refuses a %s one', (why) => {
    const answer = ticketAnswer({ kind: 'refused', why }, 200);

    expect(summary(answer)).toEqual([403, 'ticket_refused']);
    expect(JSON.parse(answer.json).why).toBe(why);
  });

  it('hands out the pass when the turn has come', () => {
    const answer = ticketAnswer(
      {
        kind: 'admitted',
        ticket: 't',
        saleId: sampleSaleId,
        pass: 'p',
        passExpiresAt: sampleInstant,
        stockLeft: 1,
        openness: { kind: 'open' },
      },
      200,
    );

    expect(JSON.parse(answer.json)).toMatchObject({ pass: 'p', passExpiresAt: '2026-11-23T09:30:00.000Z' });
  });
});

describe('the answer to a fault', () => {
  const away = ['ledger_unreachable', 'ledger_full', 'order_log_unreachable', 'gate_unreachable'] as const;

  it.each(away)('is 503 unknown where the dependency is away: %s', (code) => {
    expect(summary(thrownAnswer(new FluxError(code, 'PostgreSQL at db.internal')))).toEqual([503, 'unknown']);
  });

  it('is 500 for a fault of ours, and never tells what happened inside', () => {
    const answer = thrownAnswer(new Error('select secret from db.internal'));

    expect(summary(answer)).toEqual([500, 'fault']);
    expect(answer.json).not.toContain('secret');
  });

  it('has an answer for every code', () => {
    for (const code of Object.keys(errorCodes) as (keyof typeof errorCodes)[]) {
      expect([500, 503]).toContain(thrownAnswer(new FluxError(code, 'x')).status);
    }
  });

  it('is no complaint about the request where it carries no 4xx status', () => {
    expect(requestErrorAnswer(new Error('x'))).toBeNull();
    expect(requestErrorAnswer(Object.assign(new Error('x'), { statusCode: 502 }))).toBeNull();
    expect(requestErrorAnswer(undefined)).toBeNull();
  });
});

describe('the answer about readiness', () => {
  const dependencies = [
    { name: 'ledger' as const, ok: false, latencyMs: null, why: 'no answer' },
    { name: 'gate' as const, ok: true, latencyMs: 1, why: null },
  ];

  it('names what is missing', () => {
    const answer = readinessAnswer({ ready: false, dependencies }, false);

    expect(answer.status).toBe(503);
    expect(JSON.parse(answer.json)).toMatchObject({ ready: false, error: 'Not ready: ledger', dependencies });
  });

  it('is never ready while draining', () => {
    expect(readinessAnswer({ ready: true, dependencies: [] }, true).status).toBe(503);
  });
});
