import { Value } from 'typebox/value';
import { describe, expect, it } from 'vitest';
import { createMemoryLedger } from '../../../../src/adapters/memory/memory-ledger.ts';
import { createVirtualClock } from '../../../../src/adapters/memory/virtual-clock.ts';
import { nodeRandom } from '../../../../src/adapters/node/node-random.ts';
import { configSchema, maxTicketSeconds } from '../../../../src/config/config-schema.ts';
import { readKeys } from '../../../../src/toolkit/keys/read-keys.ts';
import { rotateKey, rotationTimes, untilItSigns } from '../../../../src/toolkit/keys/rotate-key.ts';

const config = { serverLeaseMs: 10_000 };

function keyBooks() {
  const clock = createVirtualClock();
  return { clock, ledger: createMemoryLedger({ clock }), random: nodeRandom };
}

describe('the rotation of a key', () => {
  it('is waited for until every server has read that the new one signs', async () => {
    const books = keyBooks();
    await readKeys(books);
    const rotated = await rotateKey(books, config, 'test');
    let signs = false;

    const waiting = untilItSigns(books, rotated, new AbortController().signal).then(() => {
      signs = true;
    });
    await books.clock.advance(39_000); // 10 s of lease, two readings, one more for those who read just before
    const early = signs;
    await books.clock.advance(2_000);
    await waiting;

    expect(early).toBe(false);
    expect(await readKeys(books)).toMatchObject([
      { keyId: 'k2', state: 'signs' },
      { keyId: 'k1', state: 'checks' },
    ]);
  });

  it('keeps an old key as long as any server may have signed with it, whatever the operator has set', () => {
    const schema = configSchema.properties.ticketSeconds;
    const { keepMs } = rotationTimes(config);

    expect(Value.Check(schema, maxTicketSeconds + 1)).toBe(false);
    // 10 s of lease, two readings, one second of clocks
    expect(keepMs).toBe(maxTicketSeconds * 1000 + 31_000);
  });

  it('gives every new key another secret, and shows none', async () => {
    const books = keyBooks();
    await readKeys(books);
    await rotateKey(books, config, 'test');
    const secrets = (await books.ledger.signingKeys('')).map(({ secret }) => secret);

    expect(new Set(secrets).size).toBe(2);
    for (const secret of secrets) expect(JSON.stringify(await readKeys(books))).not.toContain(secret);
  });
});
