import cluster, { type Worker } from 'node:cluster';
import { type Static, Type } from 'typebox';
import { Value } from 'typebox/value';
import { type ErrorCode, errorCodes } from '../../engine/domain/error-codes.ts';
import { FluxError } from '../../engine/domain/flux-error.ts';

/** What a worker of `serve --workers` is told when it starts. */
const workerPlace = Type.Object({
  /** 1, 2, 3 ...: a worker that takes the place of another has its number. */
  number: Type.Integer(),
  /** Of the primary: a configuration file that was changed since does not move the listener. */
  host: Type.String(),
  port: Type.Integer(),
  debug: Type.Boolean(),
});
export type WorkerPlace = Static<typeof workerPlace>;

/** What it tells its primary. */
const workerMessage = Type.Union([
  Type.Object({ kind: Type.Literal('ready'), url: Type.String() }),
  Type.Object({
    kind: Type.Literal('failed'),
    code: Type.String(),
    message: Type.String(),
    /** What it came from, where it says so. */
    because: Type.Union([Type.String(), Type.Null()]),
    hint: Type.Union([Type.String(), Type.Null()]),
  }),
]);
type WorkerMessage = Static<typeof workerMessage>;

/** The one order that is no signal: leave, while others go on listening on the port. */
const retire = 'retire';
/** Not FLUXGATE_*: those are the operator's. */
const placeVariable = '__FLUXGATE_WORKER';

/** How a worker process ended. */
export interface WorkerEnd {
  readonly code: number | null;
  readonly signal: string | null;
}

/** A worker process as its primary sees it. */
export interface WorkerProcess {
  readonly pid: number;
  /** Its URL once it answers. Rejects with what it said where it ends before. */
  readonly ready: Promise<string>;
  readonly ended: Promise<WorkerEnd>;
  kill(signal: NodeJS.Signals): void;
  retire(): void;
}

/** Starts this very program once more as a worker; all workers share the primary's listener, connections go round. */
export function forkWorker(place: WorkerPlace): WorkerProcess {
  cluster.schedulingPolicy = cluster.SCHED_RR;
  // Nobody types into a worker.
  cluster.setupPrimary({ stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const worker = cluster.fork({ [placeVariable]: JSON.stringify(place) });
  const ready = Promise.withResolvers<string>();
  ready.promise.catch(() => {});
  let said: FluxError | undefined;
  worker.on('message', (message: unknown) => {
    if (!Value.Check(workerMessage, message)) return;
    if (message.kind === 'ready') ready.resolve(message.url);
    else said = errorOf(message);
  });
  const ended = new Promise<WorkerEnd>((resolve) => {
    worker.once('exit', (code: number | null, signal: string | null) => resolve({ code, signal }));
    worker.once('error', () => resolve({ code: null, signal: null })); // it could not even be started
  });
  ended.then(({ code, signal }) => {
    const how = signal === null ? `exit code ${code}` : signal;
    ready.reject(said ?? new FluxError('fault', `worker ${place.number} ended with ${how} before it was ready`));
  });
  return {
    pid: worker.process.pid ?? -1,
    ready: ready.promise,
    ended,
    kill: (signal) => void worker.process.kill(signal),
    retire: () => tell(worker, retire),
  };
}

function tell(worker: Worker, message: string): void {
  // One that is gone in between hears nothing, and its end is heard of.
  if (worker.isConnected()) worker.send(message, () => {});
}

function errorOf({ code, message, because, hint }: Extract<WorkerMessage, { kind: 'failed' }>): FluxError {
  const known = code in errorCodes ? (code as ErrorCode) : 'fault'; // by the check in this line
  return new FluxError(known, message, { cause: because ?? undefined, ...(hint === null ? {} : { hint }) });
}

/** Whether this process is a worker of `serve --workers`. */
export function isServeWorker(): boolean {
  return cluster.isWorker && process.env[placeVariable] !== undefined;
}

/** This worker's place. @throws FluxError `fault` in a process that is none */
export function ownPlace(): WorkerPlace {
  const place: unknown = JSON.parse(process.env[placeVariable] ?? 'null');
  if (!Value.Check(workerPlace, place)) throw new FluxError('fault', 'this process is no worker of serve');
  return place;
}

/** Tells the primary; resolves once it is on its way. */
export function tellPrimary(message: WorkerMessage): Promise<void> {
  return new Promise((resolve) => {
    if (process.send === undefined || !process.connected) resolve();
    else process.send(message, undefined, undefined, () => resolve());
  });
}

/** Resolves when the primary has others take over. */
export function askedToRetire(): Promise<typeof retire> {
  return new Promise((resolve) => {
    process.on('message', (message) => {
      if (message === retire) resolve(retire);
    });
  });
}
