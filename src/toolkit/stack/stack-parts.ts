/** How to log in to the stack's PostgreSQL. */
export interface PostgresLogin {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
}

/** A folder that this process alone may change, until it is closed. */
export interface HeldFolder {
  /** Absolute, without symbolic links. */
  readonly path: string;
  close(): void;
}

/** What a stack needs from adapters; compose-stack.ts has them. */
export interface StackParts {
  /** Makes the folder where it is missing, and locks it. @throws FluxError `data_folder_locked`, `data_folder_unusable` */
  holdFolder(path: string): HeldFolder;
  /** When the process started: tells it from a later one with the same pid. Undefined where there is none. */
  identityOf(pid: number): string | undefined;
  readonly postgres: {
    /** Starts the PostgreSQL of a held folder, or adopts the one that runs there; it outlives this process. */
    start(folder: HeldFolder, preferredPort: number | undefined): Promise<PostgresLogin & { readonly pid: number }>;
    /** Throws where it does not answer `select 1` in time. */
    ask(login: PostgresLogin, timeoutMs: number): Promise<void>;
    /** Ends whatever PostgreSQL runs in the folder. `immediate`: without a checkpoint. True where there was one. */
    stop(path: string, immediate: boolean): Promise<boolean>;
  };
}
