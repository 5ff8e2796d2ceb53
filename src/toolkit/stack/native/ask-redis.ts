import { exchange } from './exchange.ts';

/**
 * Logs in and sends PING in the protocol of Redis (RESP, redis.io/docs/reference/protocol-spec): no client is needed for that.
 * @throws Error with what it said instead of PONG
 */
export async function askRedis(port: number, password: string, timeoutMs: number): Promise<void> {
  const question = Buffer.from(`AUTH ${password}\r\nPING\r\n`);
  const answer = await exchange(port, question, timeoutMs, (received) => {
    const lines = received.toString('latin1').split('\r\n');
    return lines.length > 2 ? lines : undefined;
  });
  const refusal = answer.find((line) => line.startsWith('-'));
  if (refusal !== undefined) throw new Error(refusal.slice(1));
  if (answer[1] !== '+PONG') throw new Error(`no Redis: it said ${JSON.stringify(answer[1]?.slice(0, 60))}`);
}
