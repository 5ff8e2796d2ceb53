import { request } from 'node:http';

/** Asks /healthz over a new connection each time, two at once, until it is ended. */
export function connectionsInTurn(url: string): {
  end(): Promise<{ readonly answered: number; readonly refused: readonly string[] }>;
} {
  let ended = false;
  let answered = 0;
  const refused: string[] = [];

  const once = () =>
    new Promise<void>((resolve) => {
      const asked = request(new URL('/healthz', url), { agent: false }, (answer) => {
        answer.resume();
        answer.once('end', () => {
          answered += 1;
          resolve();
        });
      });
      asked.once('error', (error) => {
        refused.push(error.message);
        resolve();
      });
      asked.end();
    });
  const loops = [1, 2].map(async () => {
    while (!ended) await once();
  });
  return {
    async end() {
      ended = true;
      await Promise.all(loops);
      return { answered, refused };
    },
  };
}
