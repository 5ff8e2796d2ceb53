import { Pool } from 'undici';
import type { HistoryEntry, HistoryLine } from '../../src/toolkit/history/history-entry.ts';
import { writeHistory } from '../../src/toolkit/history/write-history.ts';
import { outcomeOfAnswer } from '../../src/toolkit/load/outcome-of-answer.ts';

/** One order that a buyer wants. */
export interface Wish {
  readonly saleId?: string;
  readonly userId: string;
  readonly key: string;
  readonly lines: readonly HistoryLine[];
}

export type Heard = HistoryEntry;

/** Buyers who all order at once and write down what they heard. */
export interface Buyers {
  /** Everything heard so far. */
  readonly heard: readonly Heard[];
  /** Sends all of them at the same moment; the answers in their order. */
  order(wishes: readonly Wish[], headers?: Readonly<Record<string, string>>): Promise<readonly Heard[]>;
  /** Writes the history of everything heard. */
  write(path: string): Promise<void>;
  close(): Promise<void>;
}

/** As many sockets as a burst needs, so that all of it is under way at once. */
const connections = 256;

export function buyersOf(url: string): Buyers {
  const pool = new Pool(url, { connections, pipelining: 1 });
  const startedAt = new Date();
  const zero = performance.now();
  const heard: Heard[] = [];

  async function orderOne(wish: Wish, headers: Readonly<Record<string, string>>): Promise<Heard> {
    const sentMs = performance.now() - zero;
    const said = await send(pool, wish, headers);
    const entry: Heard = { scheduledMs: sentMs, sentMs, doneMs: performance.now() - zero, ...wish, ...said };
    heard.push(entry);
    return entry;
  }

  return {
    heard,
    order: (wishes, headers = {}) => Promise.all(wishes.map((wish) => orderOne(wish, headers))),
    async write(path) {
      const history = await writeHistory(path, {
        startedAt: startedAt.toISOString(),
        target: url,
        scenario: 'buyers of a test',
        seed: 0,
      });
      for (const entry of heard) history.write(entry);
      await history.close();
    },
    close: () => pool.destroy(),
  };
}

async function send(
  pool: Pool,
  { saleId, userId, key, lines }: Wish,
  headers: Readonly<Record<string, string>>,
): Promise<Pick<Heard, 'status' | 'outcome' | 'orderId' | 'error'>> {
  try {
    const answer = await pool.request({
      path: '/order',
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-idempotency-key': key, ...headers },
      body: JSON.stringify({ ...(saleId === undefined ? {} : { saleId }), userId, lines }),
    });
    const body = await answer.body.text();
    return { status: answer.statusCode, ...outcomeOfAnswer(answer.statusCode, body) };
  } catch (error) {
    return {
      status: null,
      outcome: 'connection_error',
      error: error instanceof Error ? error.message : String(error),
    };
  }
}
