import { expect } from 'vitest';
import { ask } from './ask.ts';
import { eventually } from './eventually.ts';

export const productId = 'ticket';

/** Where a consumer has just died, the one that takes over waits for Kafka's session timeout before it passes the marker. */
const tellMs = 60_000;

/** A sale that each server knows as it is now. */
export async function aFleetSale(
  urls: readonly string[],
  saleId: string,
  quantity: number,
  change?: object,
): Promise<void> {
  const [first = ''] = urls;
  await ask(first, 'POST', '/init', { saleId, productId, quantity });
  if (change) expect(await ask(first, 'PATCH', `/sales/${saleId}`, change)).toMatchObject({ status: 200 });
  const { version } = (await ask(first, 'GET', `/sales/${saleId}`)).body;
  const knows = async (server: string): Promise<boolean> => {
    const { body } = await ask(server, 'GET', '/stats');
    return body.sales.some(
      (sale: { readonly saleId: string; readonly configVersion: number; readonly gate: unknown }) =>
        sale.saleId === saleId && sale.configVersion === version && sale.gate !== null,
    );
  };
  for (const url of urls) await eventually('the server has the sale', () => knows(url), tellMs);
}
