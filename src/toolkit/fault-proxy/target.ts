import { once } from 'node:events';
import { createServer } from 'node:net';
import { FluxError } from '../../engine/domain/flux-error.ts';
import { type Address, addressText, parseAddress } from './address.ts';
import { type Connection, openConnection } from './connection.ts';
import { effectOf, type Fault } from './fault.ts';
import type { TargetSpec } from './target-spec.ts';

/** One upstream that is reached through us. */
export interface Target {
  readonly name: string;
  /** host:port where we listen. */
  readonly listen: string;
  readonly upstream: string;
  readonly fault: Fault | null;
  /** Connections at the moment. */
  readonly connections: number;
  /** What vanished since the fault was set, in bytes. */
  readonly lost: { readonly request: number; readonly answer: number };
  /** What the fault has met since it was set: chunks it held back, cut up or swallowed, and connections it cut or closed. */
  readonly touched: { readonly chunks: number; readonly connections: number };
  /** Holds at once, for live connections, too. */
  set(fault: Fault | null): void;
  close(): Promise<void>;
}

/** Each has two descriptors of the usual 65,536 or more (Node takes all it may have); the next one is closed at once. */
const mostConnections = 4_096;

/** Listens for one target. @throws FluxError `port_in_use` where its address cannot be listened on */
export async function openTarget(spec: TargetSpec): Promise<Target> {
  const upstream = parseAddress(spec.upstream);
  const open = new Set<Connection>();
  let fault: Fault | null = null;
  let effect = effectOf(fault);
  let lost = { request: 0, answer: 0 };
  let touched = { chunks: 0, connections: 0 };
  /** Connections that the fault has met. */
  let met = 0;
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (near) => {
    met += 1;
    if (effect.livesMs === 0) {
      touched.connections += 1;
      near.on('error', () => {});
      near.resetAndDestroy();
      return;
    }
    const connection = openConnection({
      near,
      upstream,
      effect: () => effect,
      number: met,
      events: {
        onLost: (direction, sizeBytes) => {
          lost[direction] += sizeBytes;
        },
        onTouched: () => {
          touched.chunks += 1;
        },
        onClosed: () => {
          touched.connections += 1;
        },
        onOver: () => open.delete(connection),
      },
    });
    open.add(connection);
  });
  server.maxConnections = mostConnections;
  const cutAll = (): void => {
    for (const connection of open) connection.cut();
  };
  const bound = await listen(server, parseAddress(spec.listen ?? '127.0.0.1:0'));
  return {
    name: spec.name,
    listen: addressText(bound),
    upstream: spec.upstream,
    get fault() {
      return fault;
    },
    get connections() {
      return open.size;
    },
    get lost() {
      return lost;
    },
    get touched() {
      return touched;
    },
    set(next) {
      fault = next;
      effect = effectOf(next);
      lost = { request: 0, answer: 0 };
      touched = { chunks: 0, connections: 0 };
      met = 0;
      if (effect.livesMs === 0) {
        touched.connections = open.size;
        return cutAll();
      }
      for (const connection of open) {
        met += 1;
        connection.changed(met);
      }
    },
    async close() {
      const closed = once(server, 'close');
      server.close();
      cutAll();
      await closed;
    },
  };
}

async function listen(server: ReturnType<typeof createServer>, at: Address): Promise<Address> {
  try {
    server.listen(at.port, at.host);
    await once(server, 'listening');
  } catch (cause) {
    throw new FluxError('port_in_use', `the fault proxy cannot listen on ${addressText(at)}`, { cause });
  }
  const address = server.address();
  if (address === null || typeof address === 'string') throw new FluxError('fault', 'a TCP server has a port');
  return { host: at.host, port: address.port };
}

/** @throws FluxError `not_found` that names those there are */
export function targetOf(targets: ReadonlyMap<string, Target>, name: string): Target {
  const target = targets.get(name);
  if (target !== undefined) return target;
  throw new FluxError('not_found', `the fault proxy has no target ${name}`, {
    hint: `one of ${[...targets.keys()].join(', ')}`,
  });
}
