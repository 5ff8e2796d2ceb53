import { describe, expect, it } from 'vitest';
import { injectFault } from '../../../../../src/toolkit/simulate/world/inject-fault.ts';
import { appendAll, appendsOf, startReader } from '../../../../contract/order-log-suite.ts';
import { eventually } from '../../../../support/eventually.ts';
import { simulatedServices } from '../../../../support/simulated-ports.ts';

/** Two readers of one group in two processes; the first one is in the middle of a batch until `finish`. */
async function twoReaders() {
  const { world, first, second } = simulatedServices({ partitions: 1 });
  const finish = Promise.withResolvers<void>();
  let begun = 0;
  await appendAll(first.orderLog, appendsOf(1, 3));
  const slow = startReader(first.orderLog, {
    handle: () => {
      begun += 1;
      return finish.promise;
    },
  });
  await eventually('the first has a batch in its hands', () => begun === 1);
  const committed = async () => (await second.orderLog.lag('ledger')).map(({ committed }) => committed);
  const standStill = () => injectFault(world, { kind: 'pause', process: 'p1', atMs: 0, forMs: 0 });
  return { standStill, slow, second, finish, committed };
}

describe('a group of simulated consumers', () => {
  it('gives the partitions of a reader that stands still to another one, and takes no commit of what it finishes late', async () => {
    const { standStill, slow, second, finish, committed } = await twoReaders();
    const wake = standStill();
    const healthy = startReader(second.orderLog, { handle: async () => {} });

    await eventually('the second one has read all', () => healthy.entries().length === 3);
    await appendAll(second.orderLog, appendsOf(4, 2));
    await eventually('and what came later', () => healthy.entries().length === 5);
    await eventually('and has committed it', async () => (await committed())[0] === 5n);
    wake?.();
    finish.resolve();
    await eventually('the first one has finished its batch', () => slow.batches.length === 1);

    expect(slow.entries().length).toBe(3);
    expect(await committed()).toEqual([5n]);
    await healthy.stop();
    await slow.stop();
  });

  it('takes a reader back that had stood still', async () => {
    const { standStill, slow, second, finish, committed } = await twoReaders();
    const wake = standStill();
    const healthy = startReader(second.orderLog);
    await eventually('the second one has read all', () => healthy.entries().length === 3);
    wake?.();
    finish.resolve();
    await eventually('the first one has finished its batch', () => slow.batches.length === 1);

    await healthy.stop();
    await appendAll(second.orderLog, appendsOf(4, 2));

    await eventually('the first one reads again', () => slow.entries().length === 5);
    await eventually('and commits', async () => (await committed())[0] === 5n);
    await slow.stop();
  });
});
