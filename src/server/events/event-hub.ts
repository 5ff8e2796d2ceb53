import type { ServerResponse } from 'node:http';
import type { OrderId } from '../../engine/domain/ids.ts';
import { isLaterState, type OrderState } from '../../engine/domain/order.ts';
import type { Engine, EngineEvent } from '../../engine/engine.ts';
import { EventRing } from './event-ring.ts';

export interface EventLimits {
  readonly eventClients: number;
  readonly eventsKept: number;
  readonly eventBufferBytes: number;
  readonly eventSubjects: number;
  readonly heartbeatMs: number;
}

interface EventClient {
  readonly stream: ServerResponse;
  /** The last state of its order that it was told. */
  orderState: OrderState | null;
}

/** Hands the engine's events to readers of GET /events. Listens to the engine only while the server runs. */
export class EventHub {
  readonly #clients = new Set<EventClient>();
  readonly #ring: EventRing;
  readonly #limits: EventLimits;
  readonly #engine: Engine;
  readonly #unsubscribe: () => void;
  readonly #heartbeat: NodeJS.Timeout;
  #primed: Promise<void> | null = null;
  #closed = false;

  constructor(engine: Engine, limits: EventLimits) {
    this.#engine = engine;
    this.#limits = limits;
    this.#ring = new EventRing(limits.eventsKept, limits.eventSubjects);
    this.#unsubscribe = engine.subscribe((event) => this.#publish(event));
    this.#heartbeat = setInterval(() => this.#beat(), limits.heartbeatMs).unref();
  }

  get clients(): number {
    return this.#clients.size;
  }

  /** Whether another reader may come. */
  get hasRoom(): boolean {
    return !this.#closed && this.#clients.size < this.#limits.eventClients;
  }

  /** Takes over a response whose head has been written. Sends what was missed (or what is now), then what comes. */
  join(stream: ServerResponse, orderId: OrderId | null, lastEventId: string | undefined): void {
    const client: EventClient = { stream, orderState: null };
    this.#clients.add(client);
    stream.once('close', () => this.#clients.delete(client));
    // A reader that has gone is seen by 'close'; an error without a listener would end the process.
    stream.on('error', () => this.#clients.delete(client));
    stream.write('retry: 2000\n\n');
    for (const { text } of this.#ring.since(lastEventId)) this.#write(client, text);
    // What is now, where nothing has changed since the start: read once, heard of by all who are here.
    if (lastEventId === undefined) this.#primed ??= this.#prime();
    if (orderId !== null) this.#follow(client, orderId);
  }

  /** Ends all streams; readers come back to another server by themselves. */
  close(): void {
    this.#closed = true;
    clearInterval(this.#heartbeat);
    this.#unsubscribe();
    for (const { stream } of this.#clients) stream.end();
    this.#clients.clear();
  }

  #publish(event: EngineEvent): void {
    const numbered = this.#ring.add(event);
    for (const client of this.#clients) this.#write(client, numbered.text);
  }

  #write(client: EventClient, text: string): void {
    client.stream.write(text);
    if (client.stream.writableLength > this.#limits.eventBufferBytes) {
      this.#clients.delete(client);
      client.stream.destroy();
    }
  }

  #beat(): void {
    for (const client of this.#clients) this.#write(client, ': heartbeat\n\n');
  }

  async #prime(): Promise<void> {
    try {
      for (const { config, openness, gate, products } of await this.#engine.sales()) {
        const { saleId } = config;
        this.#publishNew({ kind: 'sale', saleId, openness: openness.kind, gate });
        for (const { productId, total, free } of products) {
          if (free !== null) this.#publishNew({ kind: 'stock', saleId, productId, total, free });
        }
      }
    } catch {
      // The ledger is away: the next reader asks again.
      this.#primed = null;
    }
  }

  /** Unless the engine has said something newer in the meantime. */
  #publishNew(event: EngineEvent): void {
    if (!this.#closed && !this.#ring.knows(event)) this.#publish(event);
  }

  /**
   * Only whoever knows an order's id hears of it: its present state at once, also while only the gate knows it, and its later
   * ones as the ledger has them. Without event ids: a reader who comes back is told the present state again.
   */
  #follow(client: EventClient, orderId: OrderId): void {
    const stop = this.#engine.watchOrder(orderId, (state) => this.#tell(client, orderId, state));
    client.stream.once('close', stop);
    this.#engine.orderStatus(orderId).then(
      (outcome) => {
        if (outcome.kind === 'status') this.#tell(client, orderId, outcome.state);
      },
      () => {}, // not known now; its next change will be told
    );
  }

  /** In order and each once, though both ways above tell of them. */
  #tell(client: EventClient, orderId: OrderId, state: OrderState): void {
    if (!this.#clients.has(client)) return;
    if (client.orderState !== null && !isLaterState(state, client.orderState)) return;
    client.orderState = state;
    this.#write(client, `event: order\ndata: ${JSON.stringify({ orderId, state })}\n\n`);
  }
}
