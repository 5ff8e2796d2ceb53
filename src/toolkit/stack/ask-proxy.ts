import { request } from 'undici';
import type { ServiceAddress } from './stack-file.ts';

/** Asks the control of a fault proxy for its targets. @throws Error where it does not answer in time */
export async function askProxy({ host, port }: ServiceAddress, answerMs: number): Promise<void> {
  const { statusCode, body } = await request(`http://${host}:${port}/`, { signal: AbortSignal.timeout(answerMs) });
  await body.dump();
  if (statusCode !== 200) throw new Error(`no fault proxy: it said ${statusCode}`);
}
