import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** Characters that need no escape in JSON, headers and logs; 64 are enough for any tracing scheme. */
const acceptable = /^[A-Za-z0-9._:/+=@-]{1,64}$/;

/** Makes request ids: the caller's `x-request-id` where it is harmless, else a random prefix of this process and a counter. */
export function createRequestIds(): (request: Pick<IncomingMessage, 'headers'>) => string {
  const prefix = `${randomBytes(6).toString('base64url')}-`;
  let count = 0;
  return (request) => {
    const given = request.headers['x-request-id'];
    if (typeof given === 'string' && acceptable.test(given)) return given;
    count += 1;
    return prefix + count.toString(36);
  };
}
