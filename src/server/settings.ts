import type { Rate } from '../engine/domain/gcra.ts';

/** What an HTTP server has to know beside the engine. Frozen while it runs. */
export interface ServerSettings {
  /** Null: admin routes answer on a loopback listener only. */
  readonly adminToken: string | null;
  /** Addresses or networks (CIDR) of proxies whose `X-Forwarded-For` is believed. */
  readonly trustProxy: false | readonly string[];
  /** Whether the listener is bound to a loopback address. */
  readonly loopbackOnly: boolean;
  /** A request that is not answered by then gets 503 `unknown`. */
  readonly requestTimeoutMs: number;
  readonly bodyLimitBytes: number;
  /** How long an idle connection is kept. */
  readonly keepAliveTimeoutMs: number;
  /** Of orders and tickets of one user; null: no limit. */
  readonly userRate: Rate | null;
  /** Of buyers' calls from one address (IPv6: one /64); null: no limit. Off for loopback addresses. */
  readonly addressRate: Rate | null;
  /** Between "not ready" and the end of the listener: the time a load balancer needs to notice. */
  readonly drainDelayMs: number;
  /** What is still in flight after that is cut off. */
  readonly drainTimeoutMs: number;
  readonly version: string;
  /** Its number among the processes of `serve --workers`; null where it is alone. */
  readonly worker: number | null;
}

/** What nobody needs to configure of it. Every other default is in config/config-schema.ts. */
export const fixedServerSettings = {
  // 20 lines of the longest product ids are under 10 KB, escapes included.
  bodyLimitBytes: 16_384,
  // Longer than the 60 s of common load balancers, so that they close first and no request meets a closing socket.
  keepAliveTimeoutMs: 65_000,
} as const satisfies Partial<ServerSettings>;

/** Bounds that nobody needs to configure. */
export const serverLimits = {
  /** Node's default, stated: request line and headers together. */
  headerBytes: 16_384,
  /** A ticket is some 300 characters; ids are shorter. */
  pathParameterCharacters: 1_024,
  /** Event streams at once: each costs a socket and up to `eventBufferBytes`. */
  eventClients: 1_000,
  /** Events kept for `Last-Event-ID`: a minute at a few a second for several products. */
  eventsKept: 1_024,
  /** Bytes that may wait for a slow reader of events before it is dropped. */
  eventBufferBytes: 262_144,
  /** Subjects (products and sales) whose newest event is kept for new readers: more than ten full sales. */
  eventSubjects: 10_000,
  heartbeatMs: 15_000,
  /** A power of two: 4 MB a limiter. With 60,000 busy keys at once four in a hundred share both cells with somebody. */
  limiterCells: 262_144,
} as const;

export type ServerLimits = { readonly [Name in keyof typeof serverLimits]: number };
