import type { Epoch, SaleId } from '../../../engine/domain/ids.ts';
import type { Clock } from '../../../engine/ports/clock.ts';
import type { Digest } from '../../../engine/ports/digest.ts';
import type { Gate, GateStock } from '../../../engine/ports/gate.ts';
import type { Ledger } from '../../../engine/ports/ledger.ts';
import type { Random } from '../../../engine/ports/random.ts';
import type { RecordCodec } from '../../../engine/ports/record-codec.ts';
import type { WaitingRoom } from '../../../engine/ports/waiting-room.ts';

/** Chance that comes out the same for the same seed. */
export interface Chance extends Random {
  /** A whole number from `low` to `high`, both included. */
  between(low: number, high: number): number;
}

/** What a replica of a gate had at one moment: only the gate that made it can read it. */
export type GateCopy = unknown;

/** A gate and the ways in which it can lose its state (design.md section 6). */
export interface LosableGate {
  readonly gate: Gate;
  readonly room: WaitingRoom;
  /** The stock of a sale where this epoch is open, read at once and outside of every call; null where it is not. */
  stockNow(saleId: SaleId, epoch: Epoch): readonly GateStock[] | null;
  /** An empty restart: nothing is left, not even the fence. */
  lose(): void;
  /** A restart with all data: the fence stands and does not match any more. */
  restart(): void;
  copy(): GateCopy;
  /** The copy is promoted: what happened since is forgotten, and no fence matches. */
  failOver(copy: GateCopy): void;
}

/** What a world is made of: the memory adapters, and the few things that only the machine can do. */
export interface WorldParts {
  gate(clock: Clock): LosableGate;
  ledger(clock: Clock): Ledger;
  readonly codec: RecordCodec;
  readonly digest: Digest;
  chance(seed: number): Chance;
  /** Calls back each time when everything that can run without waiting for anything has run, until it is told false. */
  drained(goOn: () => boolean): void;
}
