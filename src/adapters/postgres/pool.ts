import { checkServerIdentity, type PeerCertificate } from 'node:tls';
import { Pool, type PoolConfig } from 'pg';
import { faultOf } from './pg-fault.ts';

/** Where a PostgreSQL is: a connection string, or its parts. */
export type PostgresAddress =
  | { readonly connectionString: string }
  | {
      readonly host: string;
      readonly port: number;
      readonly user: string;
      readonly password: string;
      readonly database: string;
      /** Set: over TLS, and the certificate is checked. */
      readonly tls?: {
        /** PEM; Node's authorities where not set. */
        readonly ca?: string;
        /** The name that the certificate must have; the host where not set. */
        readonly serverName?: string;
      };
    };

/** An address as pg wants it. */
export function clientConfig(address: PostgresAddress) {
  if ('connectionString' in address) return { ...address };
  const { tls, ...login } = address;
  if (tls === undefined) return login;
  const { ca, serverName } = tls;
  return {
    ...login,
    ssl: {
      ...(ca === undefined ? {} : { ca }),
      // pg asks for the host by name, whatever `servername` is given: so the check itself takes the other name.
      ...(serverName === undefined
        ? {}
        : {
            servername: serverName,
            checkServerIdentity: (_: string, certificate: PeerCertificate) =>
              checkServerIdentity(serverName, certificate),
          }),
    },
  };
}

export interface PoolOptions {
  /** Connections at most. Fewer than the server's max_connections, shared by all processes. */
  readonly max?: number;
  /** A statement that takes longer is cut off and fails as `ledger_unreachable`. 0: no limit (migrations, verify). */
  readonly statementTimeoutMs?: number;
  /** How long to wait for a connection, new or out of the pool. */
  readonly connectTimeoutMs?: number;
  /** Memory that a sort or hash may take before it goes to disk. Default: the server's. */
  readonly workMemMb?: number;
  /** Told of idle connections that break; the pool opens new ones by itself. */
  readonly onFault?: (error: unknown) => void;
}

export const poolDefaults = {
  /** Consumers, controller, appends and reads of one process together never wait for each other below this. */
  max: 12,
  /** The longest statement of the hot path takes tens of milliseconds; a rebuild's page not a second. */
  statementTimeoutMs: 30_000,
  connectTimeoutMs: 3_000,
} as const;

/** `host:port/database`, for messages: never the password. */
export function describeAddress(address: PostgresAddress): string {
  if (!('connectionString' in address)) return `PostgreSQL at ${address.host}:${address.port}/${address.database}`;
  if (!URL.canParse(address.connectionString)) return 'PostgreSQL';
  const url = new URL(address.connectionString);
  return `PostgreSQL at ${url.hostname}:${url.port || '5432'}${url.pathname}`;
}

/**
 * A pool of connections. Its errors are those of pg: callers turn them into FluxErrors with `faultOf`.
 * Opens nothing by itself, so a dead server is met by the first statement.
 */
export function createPool(address: PostgresAddress, options: PoolOptions = {}): Pool {
  const connectTimeoutMs = options.connectTimeoutMs ?? poolDefaults.connectTimeoutMs;
  const statementTimeoutMs = options.statementTimeoutMs ?? poolDefaults.statementTimeoutMs;
  const config: PoolConfig = {
    ...clientConfig(address),
    max: options.max ?? poolDefaults.max,
    connectionTimeoutMillis: connectTimeoutMs,
    statement_timeout: statementTimeoutMs,
    // PostgreSQL cuts the statement off itself, unless it stands still or the network swallows what it says: without a limit
    // of our own a flow would wait for that answer for ever. As long as for a connection on top, so that its word comes first.
    ...(statementTimeoutMs === 0 ? {} : { query_timeout: statementTimeoutMs + connectTimeoutMs }),
    application_name: 'fluxgate',
    ...(options.workMemMb === undefined ? {} : { options: `-c work_mem=${options.workMemMb}MB` }),
    keepAlive: true,
    // A pool that is forgotten must not keep a command from ending.
    allowExitOnIdle: true,
  };
  const pool = new Pool(config);
  // Without a listener an idle connection that breaks would end the process.
  pool.on('error', (error) => options.onFault?.(faultOf(error, describeAddress(address))));
  return pool;
}
