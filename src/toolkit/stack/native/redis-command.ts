import { Redis } from 'ioredis';

/** One command of an administrator; a stopped process would keep it for ever. */
const answerMs = 5_000;

/** Sends one command to a Redis or a Sentinel on the loopback. @throws Error with its refusal, or where it does not answer */
export async function redisCommand(port: number, command: string, ...words: readonly (string | number)[]) {
  const redis = new Redis({
    host: '127.0.0.1',
    port,
    protocol: 2,
    lazyConnect: true,
    connectTimeout: answerMs,
    commandTimeout: answerMs,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
    enableReadyCheck: false, // a node of a cluster that is not joined yet is not ready
  });
  redis.on('error', () => {}); // the command says it
  try {
    return await redis.call(command, ...words);
  } finally {
    redis.disconnect();
  }
}

/** The lines `name:value` of INFO and CLUSTER INFO. */
export function infoFields(text: unknown): ReadonlyMap<string, string> {
  const lines = String(text).split(/\r?\n/);
  return new Map(
    lines.flatMap((line) => {
      const at = line.indexOf(':');
      return at > 0 ? [[line.slice(0, at), line.slice(at + 1)] as const] : [];
    }),
  );
}
