import { type Static, Type } from 'typebox';
import type { ProcessRef } from '../../stack/native/service-process.ts';
import type { ServiceRole } from '../../stack/service-name.ts';
import type { StackService } from '../../stack/stack-file.ts';
import type { Capability } from './capability.ts';

/** What a part of the system under test is. */
export type PartKind = 'server' | 'worker' | ServiceRole;

/** A part as a journal keeps it: enough to find it again when the runner that wrote it has gone. */
export const partRefSchema = Type.Object({
  name: Type.String(),
  /** Of a service: the folder of its stack. Null for a process of the runner itself, which goes when the runner goes. */
  stackDir: Type.Union([Type.String(), Type.Null()]),
});
export type PartRef = Static<typeof partRefSchema>;

/** One process or container: server-1, worker-2, redis, kafka-3, sentinel-1, postgres ... */
export interface ChaosPart {
  readonly kind: PartKind;
  readonly name: string;
  readonly ref: PartRef;
  /** The process that runs now; null where none does, or where it is a container. It changes with every start. */
  process(): ProcessRef | null;
  /** The container of a service that is one; null otherwise. */
  containerId(): string | null;
  /** Where its log stands, for evidence; null for a container. */
  readonly logPath: string | null;
  /** Until `start`, nobody starts it again when it has gone: call it before a fault ends it. */
  leaveDown(): void;
  /**
   * Starts it on its old address where it is down, and says whether it answers by then: a server may have to wait for others
   * that are away. Starts nothing where it runs.
   */
  start(): Promise<boolean>;
}

/** A server or a worker: a process that this program started for the experiment. */
export interface OwnPart extends ChaosPart {
  readonly kind: 'server' | 'worker';
  /** http://host:port, the same after every start. */
  readonly url: string;
  /** From its next start on it runs this program (bin/run.js of another built tree); null: its own again. */
  deploy(program: string | null): void;
}

/** The way between two parts (or between everybody and one part), which a fault proxy carries. */
export interface ChaosLink {
  readonly kind: 'link';
  /** `redis`: everybody's way to it. */
  readonly name: string;
  /** Of the proxy that carries it: for faultProxyClient. */
  readonly controlUrl: string;
  /** Its name at that proxy. */
  readonly proxyTarget: string;
}

/** The system under test while it runs. */
export interface ChaosSystem {
  readonly capabilities: ReadonlySet<Capability>;
  /** A folder of this run, for whatever a fault has to write. Removed with the system. */
  readonly workDir: string;
  readonly servers: readonly OwnPart[];
  readonly workers: readonly OwnPart[];
  /** Every process and container: servers, workers, and the services (embedded: its PostgreSQL). */
  readonly parts: readonly ChaosPart[];
  readonly links: readonly ChaosLink[];
  /** Address and login of each service, read from the stack file anew: a proxied one has its own address in `direct`. */
  services(): readonly StackService[];
  /** The server or worker that controls at this moment; null where nobody does or nobody can say. */
  controller(): Promise<OwnPart | null>;
  /** The sale that the load buys from. */
  readonly saleId: string;
  /** When a process started: tells it from a later one with the same pid. Undefined where there is none. */
  readonly identityOf: (pid: number) => string | undefined;
  /** Variables that a command or server of this system is started with. */
  readonly env: Readonly<Record<string, string>>;
}
