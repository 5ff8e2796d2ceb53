import type { ServiceName } from './service-name.ts';
import type { StackService } from './stack-file.ts';
import type { HeldFolder } from './stack-parts.ts';
import type { StackShape } from './stack-shape.ts';

/** The image of each kind of service. */
export type StackImages = Readonly<Record<'redis' | 'kafka' | 'postgres', string>>;

/** The last lines that a service wrote, and where they stand. */
export interface ServiceLog {
  readonly name: ServiceName;
  /** Of a process: its log file. */
  readonly path?: string;
  /** Of a container. */
  readonly containerId?: string;
  readonly lines: readonly string[];
}

/** What a provider is told about the stack that it starts services of. */
export interface StackStart {
  readonly folder: HeldFolder;
  readonly cacheDir: string;
  /** What containers are made of. */
  readonly images: StackImages;
  readonly shape: StackShape;
  /** What ran before: their ports are taken again where that can be. */
  readonly former: readonly StackService[];
  /** What runs and answers: the started ones find them, and they stay as they are. */
  readonly running: readonly StackService[];
  readonly signal: AbortSignal;
  /** Told what happens to which service. */
  readonly onProgress: (name: ServiceName, what: string) => void;
}

/** Where the services of a stack come from: processes of this machine, or containers. */
export interface StackProvider {
  /**
   * Starts these services; returns when each of them answers and knows the others. Where one does not, or the signal comes,
   * it throws, and the caller ends what was started.
   * @throws FluxError `program_missing`, `stack_start_failed`, `interrupted` ...
   */
  start(names: readonly ServiceName[], use: StackStart): Promise<readonly StackService[]>;
  /** Whether the process or container of the service is still there; it may not answer. */
  isThere(service: StackService): boolean | Promise<boolean>;
  /**
   * Ends these services of a held stack folder, also those that a killed start left behind. Returns those that ran.
   * `orderly`: their data are wanted again.
   */
  end(stackDir: string, names: readonly ServiceName[], orderly: boolean): Promise<readonly ServiceName[]>;
  /** Whether there are data of a former `up`: then a start goes on with them. */
  hasData(stackDir: string): boolean;
  /** Removes data that are kept outside the stack's folder. */
  removeData(stackDir: string): Promise<void>;
  /** The last lines of each of these services that has written any. */
  lastLines(stackDir: string, names: readonly ServiceName[], count: number): Promise<readonly ServiceLog[]>;
  /** Tells every line that comes after now, until the signal. */
  follow(
    logs: readonly ServiceLog[],
    onLine: (name: ServiceName, line: string) => void,
    signal: AbortSignal,
  ): Promise<void>;
  /** The services that a start which was killed left behind. */
  leftBehind(stackDir: string): readonly ServiceName[] | Promise<readonly ServiceName[]>;
}
