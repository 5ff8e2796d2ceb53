import { FluxError } from '../../../engine/domain/flux-error.ts';
import type { Gate } from '../../../engine/ports/gate.ts';
import type { Ledger } from '../../../engine/ports/ledger.ts';
import type { WaitingRoom } from '../../../engine/ports/waiting-room.ts';

/** A port of which some methods can be refused for a while: they do nothing then, and say so. The others go on. */
export interface Refusable<Port> {
  readonly port: Port;
  /** How many reasons there are at present: it is refused while there is any. */
  refuse(): void;
  allow(): void;
}

/** What a full Redis refuses: every script that writes, but for those that are marked `allow-oom` in src/adapters/redis/lua. */
const writesOfGate: readonly (keyof Gate)[] = ['hold', 'setTotal', 'configure', 'begin', 'load', 'open'];
const writesOfRoom: readonly (keyof WaitingRoom)[] = ['admit', 'takePlace'];
/** What a PostgreSQL refuses that takes no writes, because its disk is full or it is a standby. */
const writesOfLedger: readonly (keyof Ledger)[] = [
  ...(['record', 'revoke', 'storeDeadLetter', 'removeDeadLetter', 'transition', 'expireOverdue'] as const),
  ...(['acknowledgeReleases', 'saveSale', 'setTotal', 'finishStockChange', 'renewServer', 'removeServer'] as const),
  ...(['takeLease', 'dropLease', 'nextEpoch', 'openEpoch', 'reportFence', 'checkpointRoom'] as const),
  ...(['rotateSigningKey', 'removeSigningKey', 'forgetFleet'] as const),
];

export const fullGate = (gate: Gate) => refusable(gate, writesOfGate, gateFull);
export const fullRoom = (room: WaitingRoom) => refusable(room, writesOfRoom, gateFull);
export const fullLedger = (ledger: Ledger) => refusable(ledger, writesOfLedger, ledgerFull);

/** In the words of the real adapters (redis-fault.ts, pg-fault.ts). */
const gateFull = () => new FluxError('gate_unreachable', 'The gate refuses: it is full');
const ledgerFull = () => new FluxError('ledger_full', 'The ledger takes no writes');

function refusable<Port extends object>(
  port: Port,
  names: readonly (keyof Port)[],
  refusal: () => FluxError,
): Refusable<Port> {
  let reasons = 0;
  const guarded = { ...port };
  for (const name of names) {
    const method: unknown = port[name];
    if (typeof method !== 'function') throw new TypeError(`${String(name)} is no method`);
    const guard = (...args: unknown[]): unknown =>
      reasons > 0 ? Promise.reject(refusal()) : Reflect.apply(method, port, args);
    Object.assign(guarded, { [name]: guard });
  }
  return {
    port: guarded,
    refuse() {
      reasons += 1;
    },
    allow() {
      reasons -= 1;
    },
  };
}
