import { expect, it } from 'vitest';
import { FluxError } from '../../../../src/engine/domain/flux-error.ts';
import type { AdminClient } from '../../../../src/toolkit/admin-client/admin-client.ts';
import { closeOwnSale, seedScenario } from '../../../../src/toolkit/load/seed-scenario.ts';
import { aCrowd } from '../../../support/scenario.ts';

const scenario = aCrowd({ saleId: 'night', productId: 'ticket', stock: 1, ratePerSecond: 1, forSeconds: 1, seed: 1 });
const nameless = { ...scenario, sale: { ...scenario.sale, saleId: null } };

/** A server that remembers what it was asked. */
function aServer(answer: () => unknown = () => ({})) {
  const asked: unknown[] = [];
  const server = {
    url: '',
    call: async (method: string, path: string, _schema: unknown, body: unknown) => {
      asked.push([method, path, body]);
      return answer();
    },
  };
  return { asked, server: server as unknown as AdminClient }; // of its methods the one that is used
}

it('closes the sale that a run made for itself, and leaves one that its scenario names as it is', async () => {
  const { asked, server } = aServer();

  await closeOwnSale(server, scenario, 'night');
  await closeOwnSale(server, nameless, 'load-1');

  expect(asked).toEqual([['PATCH', '/sales/load-1', { state: 'closed' }]]);
});

it('says nothing about a server that died meanwhile: the result of the run is what counts', async () => {
  const { server } = aServer(() => {
    throw new FluxError('server_unreachable', 'gone');
  });

  await expect(closeOwnSale(server, nameless, 'load-1')).resolves.toBeUndefined();
});

it('closes a sale of its own that could not be seeded to its end', async () => {
  const { asked, server } = aServer(() => {
    throw new FluxError('server_unreachable', 'gone');
  });

  await expect(seedScenario(server, nameless)).rejects.toMatchObject({ code: 'server_unreachable' });

  expect(asked.at(-1)).toEqual(['PATCH', expect.stringMatching(/^\/sales\/load-/), { state: 'closed' }]);
});
