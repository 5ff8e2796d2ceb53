import { exchange } from './exchange.ts';

/**
 * Sends PING in the protocol of Redis (RESP, redis.io/docs/reference/protocol-spec): no client is needed for that.
 * @throws Error with what it said instead of PONG
 */
export async function askRedis(port: number, timeoutMs: number): Promise<void> {
  const question = Buffer.from('PING\r\n');
  const answer = await exchange(port, question, timeoutMs, (received) => {
    const lines = received.toString('latin1').split('\r\n');
    return lines.length > 1 ? lines[0] : undefined;
  });
  if (answer?.startsWith('-')) throw new Error(answer.slice(1));
  if (answer !== '+PONG') throw new Error(`no Redis: it said ${JSON.stringify(answer?.slice(0, 60))}`);
}
