import { expect, it } from 'vitest';
import { toInstant } from '../../../../src/engine/domain/time.ts';
import { requireLogKeepsSales } from '../../../../src/engine/flows/check-retention.ts';
import { aSale } from '../../../builders/a-sale.ts';
import { createMemoryWorld } from '../../../support/memory-world.ts';

it('refuses a start with a sale that is longer than the order log keeps orders, naming setting and value', async () => {
  const { clock } = createMemoryWorld();
  const closesAt = toInstant(clock.now() + 25 * 3_600_000);
  const { config } = aSale().with({ closesAt });
  const ledger = { sales: async () => [{ config, orderIdSecret: '', epoch: null }] };

  await expect(
    requireLogKeepsSales({ hours: 48, setting: 'kafka.retentionHours' }, { ledger, clock }),
  ).rejects.toMatchObject({
    code: 'config_invalid',
    message: expect.stringContaining(config.saleId),
    hint: expect.stringContaining('kafka.retentionHours to at least 49'),
  });
  await requireLogKeepsSales({ hours: 49, setting: 'kafka.retentionHours' }, { ledger, clock });
});
