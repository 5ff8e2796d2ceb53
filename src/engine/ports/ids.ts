import type { ServerId } from '../domain/ids.ts';

/** Ids that mean nothing but themselves. */
export interface Ids {
  /** One a process start: a restarted server is another server. */
  serverId(): ServerId;
}
