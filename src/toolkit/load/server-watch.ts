import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { Agent, request } from 'undici';
import type { StockReading } from './load-progress.ts';
import type { ServerSample, StockSample } from './load-result.ts';

/** Often enough for a picture, seldom enough not to be load. */
const readEveryMs = 500;
/** A longer run is read less often: this many readings are more than a plot can show. */
const maxSamples = 1_200;
/** A reading that takes longer is old news. */
const readTimeoutMs = 2_000;

const inventory = Type.Object({ total: Type.Integer(), free: Type.Integer() });
/** Of GET /stats, what is drawn; the rest of that answer is not ours to check. */
const stats = Type.Object({
  serverId: Type.String(),
  lag: Type.Union([Type.Array(Type.Object({ lag: Type.String() })), Type.Null()]),
  sales: Type.Array(
    Type.Object({
      saleId: Type.String(),
      epoch: Type.Union([Type.Number(), Type.Null()]),
      gate: Type.Union([Type.Object({ outbox: Type.Number() }), Type.Null()]),
    }),
  ),
  queues: Type.Object({ waiting: Type.Number() }),
  http: Type.Object({ waiting: Type.Number() }),
  process: Type.Object({
    version: Type.String(),
    uptimeSeconds: Type.Number(),
    cpuSeconds: Type.Number(),
    rssBytes: Type.Number(),
  }),
});
type Stats = Type.Static<typeof stats>;

export interface ServerWatchOptions {
  /** Asked before each reading: the server may come back elsewhere. */
  readonly target: () => string;
  readonly saleId: string;
  readonly productIds: readonly string[];
  /** Without one the server shows its figures on its loopback only. */
  readonly adminToken: string | undefined;
  readonly elapsedMs: () => number;
  readonly planMs: number;
}

/** Asks the server for free stock and its own health while a run goes on. */
export class ServerWatch {
  readonly stock: StockSample[] = [];
  readonly server: ServerSample[] = [];
  serverVersion: string | null = null;
  /** Null while the server does not say. */
  latestStock: readonly StockReading[] | null = null;
  readonly #use: ServerWatchOptions;
  readonly #agent = new Agent({ connections: 1, headersTimeout: readTimeoutMs, bodyTimeout: readTimeoutMs });
  readonly #timer: NodeJS.Timeout;
  #reading = false;
  #stopped = false;
  #showsFigures = true;
  #before: Stats | null = null;

  constructor(use: ServerWatchOptions) {
    this.#use = use;
    this.#timer = setInterval(() => this.#read(), Math.max(readEveryMs, use.planMs / maxSamples));
    void this.#read();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#timer);
    await this.#agent.destroy();
  }

  async #read(): Promise<void> {
    if (this.#reading) return;
    this.#reading = true;
    const atMs = Math.max(0, Math.round(this.#use.elapsedMs()));
    try {
      const products: StockReading[] = [];
      for (const productId of this.#use.productIds) products.push(await this.#readStock(productId));
      this.latestStock = products;
      keep(this.stock, { atMs, products });
    } catch {
      // a server that is away has no stock to tell: the picture shows that, the orders' outcomes show why
      this.latestStock = null;
    }
    if (this.#showsFigures) await this.#readFigures(atMs);
    this.#reading = false;
  }

  async #readStock(productId: string): Promise<StockReading> {
    const path = `/inventory/${encodeURIComponent(productId)}?saleId=${encodeURIComponent(this.#use.saleId)}`;
    const { body } = await this.#get(path);
    if (!Value.Check(inventory, body)) throw new TypeError('no inventory');
    return { productId, total: body.total, free: body.free };
  }

  async #readFigures(atMs: number): Promise<void> {
    let answer: { readonly status: number; readonly body: unknown };
    try {
      answer = await this.#get('/stats');
    } catch {
      this.#before = null;
      // a reading that we ended ourselves says nothing about the server
      if (!this.#stopped) keep(this.server, away(atMs));
      return;
    }
    if (answer.status >= 500) keep(this.server, away(atMs));
    else if (!Value.Check(stats, answer.body)) this.#showsFigures = false;
    else {
      this.serverVersion ??= answer.body.process.version;
      keep(this.server, sampleOf(atMs, answer.body, this.#before, this.#use.saleId));
      this.#before = answer.body;
    }
  }

  async #get(path: string): Promise<{ readonly status: number; readonly body: unknown }> {
    const { adminToken } = this.#use;
    const answer = await request(new URL(path, this.#use.target()), {
      dispatcher: this.#agent,
      headers: adminToken === undefined ? {} : { authorization: `Bearer ${adminToken}` },
    });
    return { status: answer.statusCode, body: await answer.body.json() };
  }
}

/** Before the run begins its time stands at zero: the last reading of then stays. */
function keep<Sample extends { readonly atMs: number }>(samples: Sample[], sample: Sample): void {
  if (sample.atMs === 0 && samples.length > 0) samples.pop();
  samples.push(sample);
}

function away(atMs: number): ServerSample {
  const nothing = {
    serverId: null,
    cpuCores: null,
    rssBytes: null,
    lag: null,
    outbox: null,
    queued: null,
    epoch: null,
  };
  return { atMs, reachable: false, ...nothing };
}

function sampleOf(atMs: number, now: Stats, before: Stats | null, saleId: string): ServerSample {
  const sale = now.sales.find((each) => each.saleId === saleId);
  return {
    atMs,
    reachable: true,
    serverId: now.serverId,
    cpuCores: coresBetween(before, now),
    rssBytes: now.process.rssBytes,
    lag: now.lag?.reduce((sum, { lag }) => sum + Number(lag), 0) ?? null,
    outbox: sale?.gate?.outbox ?? null,
    queued: now.queues.waiting + now.http.waiting,
    epoch: sale?.epoch ?? null,
  };
}

/** Null where another process answered than before, or the same one started anew. */
function coresBetween(before: Stats | null, { serverId, process: now }: Stats): number | null {
  if (before?.serverId !== serverId) return null;
  const seconds = now.uptimeSeconds - before.process.uptimeSeconds;
  return seconds > 0 ? Math.max(0, (now.cpuSeconds - before.process.cpuSeconds) / seconds) : null;
}
