import type { Actor } from './actor.ts';
import type { Link } from './network.ts';
import type { Services } from './services.ts';
import type { Chance } from './world-parts.ts';

/** A renewal is given up well within the lease (leaseQueryMs in src/adapters/postgres), which is a quarter as long here. */
const renewalTimeoutMs = 500;
/** Calls that move units, at the gate or in the ledger. */
const changes = {
  gate: new Set(['hold', 'release', 'setTotal', 'open']),
  ledger: new Set(['record', 'revoke', 'transition', 'expireOverdue', 'setTotal', 'finishStockChange']),
} as const satisfies Partial<Record<Link, ReadonlySet<string>>>;
/** What is read in pieces, each of which may be the last that comes. */
const streams: ReadonlySet<string> = new Set(['snapshot', 'scan']);

/** A port at the other end of the network, and whom the process takes for it now. */
export interface FarPort<Port extends object> {
  present(): { readonly actor: Actor; readonly port: Port };
  readonly link: 'gate' | 'ledger';
  readonly timeoutMs: number;
  readonly unreachable: (why: string) => unknown;
}

/** The process that asks. */
export interface Asker {
  readonly actor: Actor;
  readonly chance: Chance;
  readonly services: Services;
  /** A renewal of the server's lease came home; its question left at `askedMs`. */
  readonly renewed: (askedMs: number) => void;
}

/** Each method of a port as a call over the network; what streams is of one moment, and a call for each piece of it. */
export function remotePort<Port extends object>(far: FarPort<Port>, asker: Asker): Port {
  const methods = Object.keys(far.present().port).map((name) => [name, remoteMethod(name, far, asker)]);
  return Object.fromEntries(methods) as Port; // the same methods, each with a network in between
}

function remoteMethod(
  name: string,
  far: FarPort<object>,
  { actor, chance, services, renewed }: Asker,
): (...args: unknown[]) => unknown {
  const { network } = services;
  const { unreachable } = far;
  const link = name === 'renewServer' || name === 'serverViews' ? 'renew' : far.link;
  const timeoutMs = link === 'renew' ? renewalTimeoutMs : far.timeoutMs;
  const movesUnits = changes[far.link].has(name);

  function call<Value>(to: Actor, args: readonly unknown[], effect: () => Promise<Value>): Promise<Value> {
    return network.call({
      from: actor,
      to,
      link,
      what: name,
      chance,
      timeoutMs,
      effect,
      unreachable,
      // gates are told which epoch is meant beside everything else
      about: () => (far.link === 'gate' && typeof args[1] === 'number' ? [{ epoch: args[1] }, ...args] : args),
      heard: name === 'renewServer' ? renewed : null,
    });
  }
  function methodOf(port: object): (args: readonly unknown[]) => unknown {
    const method: unknown = Reflect.get(port, name);
    if (typeof method !== 'function') throw new TypeError(`${name} is no method`);
    return (args) => Reflect.apply(method, port, args);
  }

  if (streams.has(name))
    return (...args) => {
      const { actor: to, port } = far.present();
      const { life } = to;
      const method = methodOf(port);
      const all = call(to, args, async () => allOf(method(args) as AsyncIterable<unknown>));
      return inPieces(all, (nth) =>
        call(to, args, async () => {
          const isCut = [...services.cuts].some(({ pieces }) => nth >= pieces);
          if (isCut || to.life !== life) throw far.unreachable('the connection broke');
        }),
      );
    };
  return (...args) => {
    const { actor: to, port } = far.present();
    const method = methodOf(port);
    return call(to, args, async () => {
      const value = await method(args);
      if (movesUnits && !isNothing(value)) await services.afterChange(far.link);
      return value;
    });
  };
}

/** The list of what was moved, where there was nothing to move. */
const isNothing = (value: unknown) => Array.isArray(value) && value.length === 0;

async function allOf<Value>(stream: AsyncIterable<Value>): Promise<readonly Value[]> {
  const all: Value[] = [];
  for await (const each of stream) all.push(each);
  return all;
}

/** A call for each piece behind the first: whoever reads may be cut short. */
async function* inPieces<Value>(
  fetched: Promise<readonly Value[]>,
  next: (nth: number) => Promise<unknown>,
): AsyncIterable<Value> {
  for (const [nth, piece] of (await fetched).entries()) {
    if (nth > 0) await next(nth);
    yield piece;
  }
}
