import { connect } from 'node:net';

/** Far more than the answer to any question that we ask. */
const maxAnswerBytes = 1024 * 1024;

/**
 * Sends bytes to a port of the loopback and reads until `complete` finds an answer in what came back. One connection.
 * @throws Error where nobody answers in time or the connection ends before
 */
export function exchange<Answer>(
  port: number,
  question: Uint8Array,
  timeoutMs: number,
  complete: (received: Buffer) => Answer | undefined,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port });
    const timer = setTimeout(() => end(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
    let received: Buffer = Buffer.alloc(0);
    const end = (error: Error): void => {
      clearTimeout(timer);
      socket.destroy();
      reject(error);
    };
    socket.once('connect', () => socket.write(question));
    socket.once('error', end);
    socket.once('close', () => end(new Error('the connection was closed')));
    socket.on('data', (chunk: Buffer) => {
      received = Buffer.concat([received, chunk]);
      try {
        if (received.length > maxAnswerBytes) throw new Error('the answer is no answer of ours: too long');
        const answer = complete(received);
        if (answer === undefined) return;
        resolve(answer);
        end(new Error('answered'));
      } catch (error) {
        end(error instanceof Error ? error : new Error(String(error)));
      }
    });
  });
}
