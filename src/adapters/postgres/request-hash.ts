import type { RequestHash } from '../../engine/domain/ids.ts';

/** A request hash as the database gives it: kept as uuid, so with four dashes. */
export function requestHashOf(uuid: string): RequestHash {
  return (uuid.slice(0, 8) +
    uuid.slice(9, 13) +
    uuid.slice(14, 18) +
    uuid.slice(19, 23) +
    uuid.slice(24)) as RequestHash; // it was one when it was written
}
