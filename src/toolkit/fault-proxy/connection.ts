import { connect, type Socket } from 'node:net';
import type { Address } from './address.ts';
import type { Direction, Effect } from './faults/effect.ts';
import { Lane } from './lane.ts';

/** A client's connection and ours to the upstream, as one. */
export interface Connection {
  /** Another fault holds from now on. */
  changed(): void;
  /** RST to both sides. */
  cut(): void;
}

/**
 * Connects to the upstream and carries both directions. An end is passed on as an end, and a connection that breaks on one
 * side breaks on the other, unless the fault swallows what comes from there. An upstream that is away is a RST to the client.
 */
export function openConnection(use: {
  readonly near: Socket;
  readonly upstream: Address;
  readonly effect: () => Effect;
  readonly onLost: (direction: Direction, sizeBytes: number) => void;
  readonly onOver: () => void;
}): Connection {
  const { near } = use;
  const far = connect({ ...use.upstream, allowHalfOpen: true, noDelay: true });
  const requests = new Lane(near, far, { ...use, direction: 'request' });
  const answers = new Lane(far, near, { ...use, direction: 'answer' });
  const cut = (): void => {
    requests.close();
    answers.close();
    reset(near);
    reset(far);
  };
  watch(near, requests, far);
  watch(far, answers, near);
  return {
    cut,
    changed() {
      // both, whatever the first one says
      const whole = [requests.changed(), answers.changed()];
      if (whole.includes(false)) cut();
    },
  };

  function watch(socket: Socket, lane: Lane, other: Socket): void {
    socket.on('error', () => {}); // 'close' follows, and says what is to be done
    socket.on('end', () => {
      // Neither side will say anything more. Without a fault both are ended in order.
      if (other.readableEnded && (requests.swallows || answers.swallows)) cut();
    });
    socket.on('close', () => {
      if (other.destroyed) {
        requests.close();
        answers.close();
        use.onOver();
      } else if (!endedWell(socket)) {
        if (lane.swallows) lane.lose();
        else cut();
      }
    });
  }
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
