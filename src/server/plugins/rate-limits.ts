import { randomInt } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import type { FastifyRequest } from 'fastify';
import type { Rate } from '../../engine/domain/gcra.ts';
import { createKeyedLimiter, type KeyedVerdict } from '../../engine/domain/keyed-limiter.ts';
import { type Answer, statusAnswer } from '../answers/answer.ts';
import { addressKey, isLoopbackAddress } from '../loopback.ts';
import { type ServerSettings, serverLimits } from '../settings.ts';

/** Null: go on. An answer: the 429 to give. */
export interface RateLimits {
  address(request: FastifyRequest): Answer | null;
  user(userId: string): Answer | null;
}

function limiterOf(rate: Rate | null) {
  return rate === null
    ? null
    : createKeyedLimiter({ ...rate, cells: serverLimits.limiterCells, seed: randomInt(2 ** 32) });
}

function refusal({ retryAfterMs }: KeyedVerdict, who: string): Answer {
  const seconds = Math.max(1, Math.ceil(retryAfterMs / 1000));
  return statusAnswer(429, 'rate_limited', `Too many requests from one ${who}`, { retryAfterMs }, [
    'retry-after',
    String(seconds),
  ]);
}

/** The limits of one user and one address on this server. */
export function createRateLimits({
  userRate,
  addressRate,
}: Pick<ServerSettings, 'userRate' | 'addressRate'>): RateLimits {
  const users = limiterOf(userRate);
  const addresses = limiterOf(addressRate);
  return {
    address(request) {
      if (addresses === null) return null;
      // `ip` is the client's as far as the configured proxies are trusted.
      const address = request.ip;
      if (isLoopbackAddress(address)) return null;
      const verdict = addresses.take(addressKey(address), performance.now());
      return verdict.allowed ? null : refusal(verdict, 'address');
    },
    user(userId) {
      if (users === null) return null;
      const verdict = users.take(userId, performance.now());
      return verdict.allowed ? null : refusal(verdict, 'user');
    },
  };
}
