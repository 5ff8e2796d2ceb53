import type { Engine } from '../../../engine/engine.ts';
import type { Actor } from '../world/actor.ts';
import type { SimulatedProcess } from '../world/simulated-process.ts';
import type { World } from '../world/world.ts';
import type { Chance } from '../world/world-parts.ts';

/** A browser gives up after so long; longer than a server needs for its slowest answer. */
const patienceMs = 5_000;

/** Somebody outside: a buyer or an operator. He never dies. */
export interface Client {
  readonly actor: Actor;
  readonly chance: Chance;
}

/** Asks a server something over HTTP; `about` is for the trace. Null where no answer comes: it is dead, or the network eats question or answer. */
export async function askServer<Answer>(
  world: World,
  client: Client,
  server: SimulatedProcess,
  what: string,
  question: (engine: Engine) => Promise<Answer>,
  about: readonly unknown[] = [],
): Promise<Answer | null> {
  try {
    return await world.services.network.call({
      from: client.actor,
      to: server.actor,
      link: 'buyers',
      what,
      chance: client.chance,
      timeoutMs: patienceMs,
      effect: () => question(server.engine),
      about: () => about,
      unreachable: noAnswer,
    });
  } catch (error) {
    if (!(error instanceof NoAnswer)) world.services.escaped(error);
    return null;
  }
}

class NoAnswer extends Error {}
const noAnswer = (why: string) => new NoAnswer(why);
