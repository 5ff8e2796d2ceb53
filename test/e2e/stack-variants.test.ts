// @module-tag redis
// @module-tag kafka
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runLoad } from '../../src/toolkit/load/run-load.ts';
import type { ServiceName } from '../../src/toolkit/stack/service-name.ts';
import type { StackVariant } from '../../src/toolkit/stack/stack-shape.ts';
import { ask } from '../support/ask.ts';
import { type RunningCli, runCli, startCli } from '../support/cli.ts';
import { eventually } from '../support/eventually.ts';
import { untilGone } from '../support/process-state.ts';
import { aCrowd } from '../support/scenario.ts';
import { isReady, type Served, startServe } from '../support/serve.ts';
import { type ThrowawayFolder, throwawayFolder } from '../support/throwaway-folder.ts';
import { type ThrowawayStack, throwawayStack } from '../support/throwaway-stack.ts';

const saleId = 'night';
const productId = 'ticket';
/** A failover of Redis or Kafka takes 5 s, a rebuild as long again; a busy machine three times that. */
const recoverMs = 60_000;

let folder: ThrowawayFolder;
let stack: ThrowawayStack;
let served: Served | undefined;
let worker: RunningCli | undefined;
beforeEach(() => {
  folder = throwawayFolder();
  stack = throwawayStack();
});
afterEach(async () => {
  for (const cli of [served?.cli, worker]) {
    cli?.kill('SIGTERM');
    await cli?.ended;
  }
  served = undefined;
  worker = undefined;
  await stack.remove();
  await folder.remove();
}, 60_000);

/** Sells on a stack of that shape; once the crowd buys, a service of it is killed for good. */
async function sellWithout(variants: readonly StackVariant[], killed: ServiceName): Promise<void> {
  const services = await stack.up({ asked: { variants, proxied: false } });
  const env = {
    FLUXGATE_MODE: 'stack',
    FLUXGATE_STACK_DIR: stack.stackDir,
    FLUXGATE_DATA_DIR: folder.dataDir,
    FLUXGATE_LOG_LEVEL: 'warn',
  };
  expect(await runCli(['migrate', 'up'], { env, cwd: folder.path })).toMatchObject({ code: 0 });
  worker = startCli(['worker', '--port', '0'], { env, cwd: folder.path, deadlineMs: 30 * 60_000 });
  await worker.waitFor(/worker ready/, 60_000);
  served = await startServe(folder.dataDir, { env });
  const { url } = served;
  const stock = 1_000;
  await ask(url, 'POST', '/init', { saleId, productId, quantity: stock, limitPerUser: 2 });

  const history = `${folder.path}/history.ndjson`;
  let heard = 0;
  const load = runLoad({
    scenario: aCrowd({ saleId, productId, stock, ratePerSecond: 100, forSeconds: 15, seed: 4 }),
    target: url,
    saleId,
    crowd: 'a',
    history,
    onProgress: ({ outcomes }) => {
      heard = outcomes.accepted ?? 0;
    },
    progressEveryMs: 20,
  });
  await eventually('the crowd buys', () => heard > 50, recoverMs);
  const victim = services.find(({ name }) => name === killed)?.pid ?? 0;
  process.kill(victim, 'SIGKILL');
  await untilGone(victim);
  const before = heard;
  await load;

  await eventually('the server is ready without it', () => isReady(url), recoverMs);
  expect(heard).toBeGreaterThan(before);
  const { code, stdout } = await runCli(['verify', '--json', '--history', history, '--wait', '60s'], {
    env,
    cwd: folder.path,
    deadlineMs: 120_000,
  });
  expect({ code, stdout }).toMatchObject({ code: 0 });
}

test('goes on selling without a broker of three', { tags: ['long'], timeout: 5 * 60_000 }, () =>
  sellWithout(['kafka-3'], 'kafka-2'),
);
