import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { composeEmbedded, type EmbeddedSale } from '../../src/compose.ts';
import { loadConfig } from '../../src/config/load-config.ts';
import { buildServer } from '../../src/server/build-server.ts';
import { eventually } from '../support/eventually.ts';
import { fuzzAgainst } from '../support/fuzz-against.ts';
import { testServerSettings } from '../support/test-server.ts';
import { type ThrowawayFolder, throwawayFolder } from '../support/throwaway-folder.ts';
import { expectProven } from '../support/verdict.ts';

let folder: ThrowawayFolder;
let sale: EmbeddedSale;
let app: Awaited<ReturnType<typeof buildServer>>;

beforeAll(async () => {
  folder = throwawayFolder();
  const { value: config } = await loadConfig({ flags: { 'data-dir': folder.dataDir }, env: {}, cwd: folder.path });
  const log = pino({ level: 'silent' }, { write: () => {} }); // the fuzzer changes the level, too
  sale = await composeEmbedded(config, { log });
  app = await buildServer({
    engine: sale.engine,
    settings: testServerSettings,
    log,
  });
}, 120_000);

afterAll(async () => {
  await app?.close();
  await sale?.stop();
  await folder?.remove();
});

test('answers every valid and every damaged request as its own document says, on a real database', {
  timeout: 600_000, // 2 min of its long form on a quiet machine
}, async () => {
  // Something to hit: the fuzzer's own products and sales come on top.
  const made = await app.inject({ method: 'POST', url: '/init', payload: { productId: 'p', quantity: 1_000 } });
  expect(made.statusCode).toBe(200);

  const sent = await fuzzAgainst(app, { runs: process.env.FLUXGATE_LONG === '1' ? 500 : 40 });

  expect(sent).toBeGreaterThan(500);
});

test('has sold nothing twice for all that', async () => {
  const order = await app.inject({
    method: 'POST',
    url: '/order',
    headers: { 'x-idempotency-key': 'after-the-fuzz' },
    payload: { saleId: 'default', productId: 'p', userId: 'ada' },
  });
  // Whatever the fuzzer did to the sale: an answer that says where the buyer stands.
  expect([200, 302, 404, 409]).toContain(order.statusCode);
  await eventually(
    'the log is read',
    async () => (await sale.engine.stats()).lag?.every(({ lag }) => lag === 0n) === true,
  );

  await expectProven(folder.dataDir);
});
