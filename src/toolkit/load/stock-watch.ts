import { Agent, request } from 'undici';
import type { StockReading } from './load-result.ts';

/** Often enough for a picture, seldom enough not to be load. */
const readEveryMs = 500;
/** A reading that takes longer is old news. */
const readTimeoutMs = 2_000;

/** Asks the server for free stock while a run goes on. `latest` is null while the server does not say. */
export interface StockWatch {
  readonly latest: readonly StockReading[] | null;
  stop(): Promise<void>;
}

export function watchStock(target: () => string, saleId: string, productIds: readonly string[]): StockWatch {
  const agent = new Agent({ connections: 1, headersTimeout: readTimeoutMs, bodyTimeout: readTimeoutMs });
  let latest: readonly StockReading[] | null = null;
  let reading = false;
  const read = async (): Promise<void> => {
    if (reading) return;
    reading = true;
    try {
      const readings: StockReading[] = [];
      for (const productId of productIds) readings.push(await readStock(agent, target(), saleId, productId));
      latest = readings;
    } catch {
      // a server that is away has no stock to tell: the picture shows that, the orders' outcomes show why
      latest = null;
    } finally {
      reading = false;
    }
  };
  const timer = setInterval(read, readEveryMs);
  void read();
  return {
    get latest() {
      return latest;
    },
    async stop() {
      clearInterval(timer);
      await agent.destroy();
    },
  };
}

async function readStock(agent: Agent, target: string, saleId: string, productId: string): Promise<StockReading> {
  const url = new URL(`/inventory/${encodeURIComponent(productId)}?saleId=${encodeURIComponent(saleId)}`, target);
  const answer = await request(url, { dispatcher: agent });
  const body: unknown = await answer.body.json();
  if (typeof body !== 'object' || body === null) throw new TypeError('no inventory');
  if (!('free' in body) || typeof body.free !== 'number' || !('total' in body) || typeof body.total !== 'number')
    throw new TypeError('no inventory');
  return { productId, total: body.total, free: body.free };
}
