import type { Ledger } from '../../../engine/ports/ledger.ts';
import type { Actor } from './actor.ts';
import type { Network } from './network.ts';
import type { ProcessClock } from './process-clock.ts';
import type { Refusable } from './refusals.ts';
import type { Scheduler } from './scheduler.ts';
import type { SimulatedLog } from './simulated-log.ts';
import type { Trace } from './trace.ts';
import type { LosableGate, WorldParts } from './world-parts.ts';

/** One gate of a world: the primary, or an old one that lives on. */
export interface GateService {
  readonly actor: Actor;
  readonly losable: LosableGate;
  /** It has one clock, which may jump: ages are by it, too, as by `TIME` of Redis. */
  readonly clock: ProcessClock;
  /** Its memory is full from here on, until as many calls of `hasRoom`. */
  fill(): void;
  hasRoom(): void;
}

/** What all processes of a world share. */
export interface Services {
  readonly parts: WorldParts;
  readonly scheduler: Scheduler;
  readonly network: Network;
  readonly trace: Trace;
  readonly ledger: Ledger;
  readonly ledgerActor: Actor;
  readonly ledgerClock: ProcessClock;
  /** Where it takes no writes. */
  readonly ledgerWrites: Pick<Refusable<Ledger>, 'refuse' | 'allow'>;
  /** Whatever is read from the ledger in pieces breaks off behind so many of them. */
  readonly cuts: Set<{ readonly pieces: number }>;
  readonly log: SimulatedLog;
  /** The gate that this process takes for the primary. */
  gateOf(process: string): GateService;
  /** Looks at the world behind a call that may have changed a gate or the ledger, before its answer leaves. */
  afterChange(where: 'gate' | 'ledger'): Promise<void>;
  /** A flow let an error out that nobody handles: a defect. */
  escaped(error: unknown): void;
}
