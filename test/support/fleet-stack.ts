import { expect } from 'vitest';
import { readHistory } from '../../src/toolkit/history/read-history.ts';
import { runLoad } from '../../src/toolkit/load/run-load.ts';
import type { StackVariant } from '../../src/toolkit/stack/stack-shape.ts';
import type { VerifyReport } from '../../src/toolkit/verify/report-schema.ts';
import { ask } from './ask.ts';
import { type RunningCli, runCli, startCli } from './cli.ts';
import { eventually } from './eventually.ts';
import { aCrowd } from './scenario.ts';
import { isReady } from './serve.ts';
import { type ThrowawayFolder, throwawayFolder } from './throwaway-folder.ts';
import { type ThrowawayStack, throwawayStack } from './throwaway-stack.ts';

/** A worker that died leaves its partitions for Kafka's session timeout, and a rebuild waits for the markers behind it. */
const recoverMs = 60_000;
const startMs = 60_000;
/** Longer than any test. */
const deadlineMs = 30 * 60_000;

/** A `fluxgate serve` of a fleet. */
export interface FleetServer {
  readonly cli: RunningCli;
  readonly url: string;
}

/** Servers and workers against one stack of their own. What still runs at the end is ended. */
export interface FleetStack {
  readonly folder: ThrowawayFolder;
  readonly stack: ThrowawayStack;
  readonly env: Readonly<Record<string, string>>;
  /** Of Kafka, as host:port. */
  readonly broker: string;
  serve(args?: readonly string[], env?: Readonly<Record<string, string>>): Promise<FleetServer>;
  worker(): Promise<RunningCli>;
  /**
   * Sends a crowd at each of the addresses at once, lets something happen once all of them buy, waits until all are ready
   * again, and verifies with what the crowds heard: answers were 200, 409 and 503, or none.
   */
  sellThrough(crowd: Crowd, happen: () => Promise<unknown>): Promise<VerifyReport>;
  remove(): Promise<void>;
}

interface Crowd {
  readonly name: string;
  readonly saleId: string;
  readonly productId: string;
  /** Who is there now: asked before each request, as many each time. */
  readonly addresses: () => readonly string[];
  readonly stock: number;
  readonly ratePerSecond: number;
  readonly forSeconds: number;
  readonly seed: number;
}

export async function startFleetStack(
  asked: { readonly variants: readonly StackVariant[] } = { variants: [] },
): Promise<FleetStack> {
  const folder = throwawayFolder();
  const stack = throwawayStack();
  const running: RunningCli[] = [];
  const env = {
    FLUXGATE_MODE: 'stack',
    FLUXGATE_STACK_DIR: stack.stackDir,
    FLUXGATE_DATA_DIR: folder.dataDir,
    FLUXGATE_LOG_LEVEL: 'warn',
    FLUXGATE_USER_RATE_PER_SECOND: '0',
  };
  const kafka = (await stack.up({ asked: { ...asked, proxied: false } })).find(({ name }) => name === 'kafka');
  expect(await runCli(['migrate', 'up'], { env, cwd: folder.path })).toMatchObject({ code: 0 });
  const started = (args: readonly string[], more: Readonly<Record<string, string>> = {}) => {
    const cli = startCli(args, { env: { ...env, ...more }, cwd: folder.path, deadlineMs });
    running.push(cli);
    return cli;
  };

  async function verify(histories: readonly string[]): Promise<VerifyReport> {
    const flags = ['--json', '--wait', '60s', ...histories.flatMap((path) => ['--history', path])];
    const result = await runCli(['verify', ...flags], { env, cwd: folder.path, deadlineMs: 120_000 });
    // Our own command's document, of the schema it publishes.
    const report = JSON.parse(result.stdout) as VerifyReport;
    expect({ code: result.code, summary: report.summary, reasons: report.reasons }).toMatchObject({
      code: 0,
      reasons: [],
    });
    return report;
  }

  return {
    folder,
    stack,
    env,
    broker: `${kafka?.host}:${kafka?.port}`,
    async serve(args = [], more = {}) {
      const cli = started(['serve', '--port', '0', ...args], more);
      const [, url = ''] = await cli.waitFor(/ready at (http:\S+)/, startMs);
      return { cli, url };
    },
    async worker() {
      const cli = started(['worker', '--port', '0']);
      await cli.waitFor(/worker ready/, startMs);
      return cli;
    },
    async sellThrough({ name, addresses, ...crowd }, happen) {
      const { saleId, productId, stock: quantity } = crowd;
      await ask(addresses()[0] ?? '', 'POST', '/init', { saleId, productId, quantity, limitPerUser: 2 });
      const heard = addresses().map(() => 0);
      const histories = heard.map((_, at) => `${folder.path}/${name}-${at}.ndjson`);
      const loads = histories.map((history, at) =>
        runLoad({
          scenario: aCrowd({ ...crowd, seed: crowd.seed + at }),
          target: () => addresses()[at] ?? '',
          saleId,
          crowd: `${name}-${at}`,
          history,
          onProgress(progress) {
            heard[at] = progress.outcomes.accepted ?? 0;
          },
          progressEveryMs: 20,
        }),
      );
      await eventually('all crowds buy', () => heard.every((accepted) => accepted > 20));
      await happen();
      await Promise.all(loads);
      const areReady = async () => (await Promise.all(addresses().map(isReady))).every(Boolean);
      await eventually('all are ready', areReady, recoverMs);
      const report = await verify(histories);
      const statuses = new Set<number | null>();
      for (const history of histories) for await (const { status } of readHistory(history)) statuses.add(status);
      // null: the connection broke with the process that was killed
      expect([...statuses].filter((status) => status !== null && ![200, 409, 503].includes(status))).toEqual([]);
      return report;
    },
    async remove() {
      for (const cli of running) cli.kill('SIGTERM');
      await Promise.all(running.map(({ ended }) => ended));
      await stack.remove();
      await folder.remove();
    },
  };
}
