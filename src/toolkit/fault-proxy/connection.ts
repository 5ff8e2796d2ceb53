import { connect, type Socket } from 'node:net';
import { chanceAt } from '../load/seeded-chance.ts';
import type { Address } from './address.ts';
import type { Direction, Effect } from './faults/effect.ts';
import { Lane, type LaneEvents, type LaneFault } from './lane.ts';

/** A client's connection and ours to the upstream, as one. */
export interface Connection {
  /** Another fault holds from now on; the number is the connection's among those that the fault meets. */
  changed(number: number): void;
  /** RST to both sides. */
  cut(): void;
}

/** Told what the fault does to a connection. */
export interface ConnectionEvents {
  onLost(direction: Direction, sizeBytes: number): void;
  onTouched(): void;
  /** The fault has cut or closed it. */
  onClosed(): void;
  onOver(): void;
}

/**
 * Connects to the upstream and carries both directions. An end is passed on as an end, and a connection that breaks on one
 * side breaks on the other, unless the fault swallows what comes from there. An upstream that is away is a RST to the client.
 */
export function openConnection(use: {
  readonly near: Socket;
  readonly upstream: Address;
  readonly effect: () => Effect;
  readonly number: number;
  readonly events: ConnectionEvents;
}): Connection {
  const { near, events } = use;
  const far = connect({ ...use.upstream, allowHalfOpen: true, noDelay: true });
  let life: NodeJS.Timeout | undefined;
  const requests = new Lane(near, far, laneOf('request'));
  const answers = new Lane(far, near, laneOf('answer'));
  watch(near, requests, far);
  watch(far, answers, near);
  live();
  return { cut, changed };

  function laneOf(direction: Direction): { readonly fault: LaneFault; readonly events: LaneEvents } {
    const told: LaneEvents = {
      onLost: (sizeBytes) => events.onLost(direction, sizeBytes),
      onTouched: events.onTouched,
      onBreak: cut,
      onLimit: closeInOrder,
    };
    return { fault: laneFault(use.effect(), direction, use.number), events: told };
  }

  function changed(number: number): void {
    // both, whatever the first one says
    const whole = [
      requests.changed(laneFault(use.effect(), 'request', number)),
      answers.changed(laneFault(use.effect(), 'answer', number)),
    ];
    if (whole.includes(false)) cut();
    else live();
  }

  /** Its time begins, where the fault gives it one. */
  function live(): void {
    clearTimeout(life);
    const { livesMs } = use.effect();
    if (livesMs === Number.POSITIVE_INFINITY) return;
    life = setTimeout(() => {
      events.onClosed();
      cut();
    }, livesMs);
  }

  function cut(): void {
    stop();
    reset(near);
    reset(far);
  }

  /** Both sides have what was passed on, then the end; neither is heard any more. */
  function closeInOrder(): void {
    events.onClosed();
    stop();
    near.destroySoon();
    far.destroySoon();
  }

  function stop(): void {
    clearTimeout(life);
    requests.close();
    answers.close();
  }

  function watch(socket: Socket, lane: Lane, other: Socket): void {
    socket.on('error', () => {}); // 'close' follows, and says what is to be done
    socket.on('end', () => {
      // Neither side will say anything more. Without a fault both are ended in order.
      if (other.readableEnded && (requests.swallows || answers.swallows)) cut();
    });
    socket.on('close', () => {
      if (other.destroyed) {
        stop();
        events.onOver();
      } else if (!endedWell(socket)) {
        lane.broke();
      }
    });
  }
}

/** The effect on one direction, with draws of its own: what one connection carries does not change what another one draws. */
function laneFault(effect: Effect, direction: Direction, number: number): LaneFault {
  const stream = 2 * number + (direction === 'request' ? 0 : 1);
  let drawn = 0;
  const chance = (): number => {
    drawn += 1;
    return chanceAt(effect.seed, stream, drawn);
  };
  return { effect: effect[direction], chance };
}

/** It said its end and has our own. */
function endedWell(socket: Socket): boolean {
  return socket.readableEnded && socket.writableFinished && socket.errored === null;
}

function reset(socket: Socket): void {
  // one that is still connecting would wait for that first
  if (socket.connecting) socket.destroy();
  else if (!socket.destroyed) socket.resetAndDestroy();
}
