import { setImmediate as nextTurn } from 'node:timers/promises';
import { composeSimulation } from '../../src/compose-simulation.ts';
import type { EngineParts } from '../../src/engine/create-engine.ts';
import { planOf } from '../../src/toolkit/simulate/seeds/run-seed.ts';
import type { Placing } from '../../src/toolkit/simulate/world/simulated-log.ts';
import { noTrace } from '../../src/toolkit/simulate/world/trace.ts';
import { createWorld, type World } from '../../src/toolkit/simulate/world/world.ts';

/** The ports of one process, as its flows would reach them. */
export type SimulatedPorts = Pick<EngineParts, 'gate' | 'room' | 'ledger' | 'orderLog' | 'clock'>;

export interface SimulatedServices {
  readonly world: World;
  readonly first: SimulatedPorts;
  readonly second: SimulatedPorts;
}

/**
 * Everything that a simulated world has around its flows, without faults and without flows: two processes that have no roles.
 * Whoever awaits one of their ports sees virtual time go on meanwhile, and only meanwhile.
 */
export function simulatedServices(wish: { partitions?: number; placing?: Placing } = {}): SimulatedServices {
  const parts = composeSimulation();
  const idle = { roles: [], driftPpm: 0, offsetMs: 0 };
  const found = new Map<string, EngineParts>();
  const world = createWorld(
    {
      ...planOf(1, parts),
      ...{ partitions: 4, placing: 'by_order', ...wish },
      ...{ buyers: [], operators: [], faults: [] },
      processes: [
        { ...idle, name: 'p1' },
        { ...idle, name: 'p2' },
      ],
    },
    {
      ...{ parts, trace: noTrace, afterChange: async () => {} },
      plant(sound, { process }) {
        found.set(process.plan.name, sound);
        return sound;
      },
    },
  );
  const during = timeMovesDuring(world);
  const portsOf = (name: string): SimulatedPorts => {
    const ports = found.get(name);
    if (ports === undefined) throw new RangeError(`nobody started ${name}`);
    const { gate, room, ledger, orderLog, clock } = ports;
    return {
      gate: each(gate, during),
      room: each(room, during),
      ledger: each(ledger, during),
      orderLog: each(orderLog, during),
      clock: { ...clock, sleep: (ms, signal) => during(clock.sleep(ms, signal)) },
    };
  };
  return { world, first: portsOf('p1'), second: portsOf('p2') };
}

export type During = <Value>(call: Promise<Value>) => Promise<Value>;

/** Runs the scheduler of a world as long as a call is open; the machine's own timers get their turn between two milliseconds. */
export function timeMovesDuring({ services: { scheduler } }: World): During {
  let open = 0;
  let isMoving = false;

  async function move(): Promise<void> {
    if (isMoving) return;
    isMoving = true;
    while (open > 0) {
      await scheduler.run(scheduler.nowMs + 1, () => open === 0);
      await nextTurn();
    }
    isMoving = false;
  }

  return async (call) => {
    open += 1;
    void move();
    try {
      return await call;
    } finally {
      open -= 1;
    }
  };
}

/** The same port; each of its calls, and each page of what it streams, is open until it is answered. */
function each<Port extends object>(port: Port, during: During): Port {
  const answered = (value: unknown): unknown => {
    if (value instanceof Promise) return during(value);
    if (typeof value === 'object' && value !== null && Symbol.asyncIterator in value)
      return pagesDuring(value as AsyncIterable<unknown>, during);
    return value;
  };
  return Object.fromEntries(
    Object.entries(port).map(([name, what]) => [
      name,
      typeof what === 'function' ? (...args: unknown[]) => answered(what(...args)) : what,
    ]),
  ) as Port; // the same methods by the same names
}

async function* pagesDuring(stream: AsyncIterable<unknown>, during: During): AsyncIterable<unknown> {
  const pages = stream[Symbol.asyncIterator]();
  for (;;) {
    const page = await during(pages.next());
    if (page.done === true) return;
    yield page.value;
  }
}
