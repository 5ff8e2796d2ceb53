import { expect } from 'vitest';
import type { HistoryEntry, HistoryOutcome } from '../../src/toolkit/history/history-entry.ts';
import { readHistory } from '../../src/toolkit/history/read-history.ts';
import type { OutcomeCounts } from '../../src/toolkit/load/load-progress.ts';
import type { LoadResult } from '../../src/toolkit/load/load-result.ts';
import { runLoad } from '../../src/toolkit/load/run-load.ts';
import type { VerifyReport } from '../../src/toolkit/verify/report-schema.ts';
import { ask } from './ask.ts';
import { eventually } from './eventually.ts';
import { aCrowd } from './scenario.ts';
import { operate } from './stack-operators.ts';
import type { StackFleet } from './supervised-fleet.ts';

/** One that confirms on record, and one whose holds nobody confirms: each of them has to end by its deadline. */
const sales = ['night', 'holds'] as const;
const productId = 'ticket';
/** More than both crowds want, so that every accepted buyer is one who could be lost. */
const stock = 1_000;
/** Both crowds: enough that every moment has orders on the way, little enough for two cores with everything on them. */
const ratePerSecond = 50;
/** A dead worker leaves its partitions for Kafka's session (10 s), and a rebuild waits for the markers behind it. */
const recoverMs = 60_000;
/** Twice that: buyers who try again wait for the recovery and its Retry-After. */
const hardStopSeconds = 120;
/** Beyond the server's own deadline (5 s); what stands still for longer gives no answer. */
const requestTimeoutMs = 8_000;
/** Beyond the wait before a retry, and all deadlines of a server. */
const heardMs = 30_000;
/** Of what each process said, where a night fails: the last few lines. */
const shownChars = 3_000;
const properStatuses: readonly (number | null)[] = [200, 302, 409, 422, 429, 503];

interface Night {
  readonly name: string;
  readonly seed: number;
  /** How long buyers come. */
  readonly forSeconds?: number;
  /** Whether there are operators, as there are by default. */
  readonly operated?: boolean;
}

export interface ProvenNight {
  readonly report: VerifyReport;
  readonly loads: readonly LoadResult[];
  /** Everything that a buyer heard. */
  readonly heard: readonly HistoryEntry[];
}

/** The crowds of a night while they buy. */
export interface Crowds {
  /** Resolves once `times` more answers are of this outcome than when it was called. */
  hear(outcome: HistoryOutcome, times: number): Promise<void>;
}

/** Makes the sales of a fleet's nights. */
export async function openSales(fleet: StackFleet): Promise<void> {
  const holds = { saleId: 'holds', state: 'open', confirmation: 'explicit', holdSeconds: 2 };
  expect(await ask(fleet.target(), 'POST', '/sales', holds)).toMatchObject({ status: 201 });
}

/**
 * Sends a crowd over all servers at each sale, with operators who cancel, confirm and change stock; lets `happen` once both
 * crowds buy, and waits until all is normal without anybody's help: every buyer done, every process ready, every hold ended.
 * Then `verify` with the buyers' histories finds nothing, and every answer is one of http.md, or none where a server died or
 * stood still.
 */
export async function sellThrough(
  fleet: StackFleet,
  night: Night,
  happen: (crowds: Crowds) => Promise<unknown>,
): Promise<ProvenNight> {
  try {
    return await spend(fleet, night, happen);
  } catch (error) {
    for (const { name, said } of [...fleet.workers, ...fleet.servers])
      process.stderr.write(`--- ${name} said last:\n${said().slice(-shownChars)}\n`);
    throw error;
  }
}

async function spend(...[fleet, night, happen]: Parameters<typeof sellThrough>): Promise<ProvenNight> {
  for (const saleId of sales) {
    const init = { saleId, productId, quantity: stock, limitPerUser: 2 };
    expect(await ask(fleet.target(), 'POST', '/init', init)).toMatchObject({ status: 200 });
  }
  const answers = new Map<string, OutcomeCounts>();
  const count = (outcome: HistoryOutcome) => sales.map((saleId) => answers.get(saleId)?.[outcome] ?? 0);
  const done = new AbortController();
  const isOperated = night.operated ?? true;
  const operators = isOperated ? operate(fleet, night.seed, done.signal) : { changes: 0, improper: [] };
  const buying = Promise.all(
    sales.map((saleId, at) => crowd(fleet, saleId, night, at, (outcomes) => answers.set(saleId, outcomes))),
  );
  const crowds: Crowds = {
    hear(outcome, times) {
      const sum = () => count(outcome).reduce((all, one) => all + one, 0);
      const wanted = sum() + times;
      return eventually(`${times} buyers hear ${outcome}`, () => sum() >= wanted, heardMs);
    },
  };
  const bothBuy = () => count('accepted').every((sold) => sold > 5);
  const happened = eventually('both crowds buy', bothBuy).then(() => happen(crowds));
  const [loads] = await Promise.all([buying, happened]).finally(() => done.abort());
  const { changes, improper } = await operators;
  expect(improper).toEqual([]);
  expect(changes > 0).toBe(isOperated);
  await eventually('every process is ready again', fleet.isReady, recoverMs);
  // Waits until the lag is zero and whatever was recorded behind its deadline has ended.
  const histories = loads.map(({ history }) => history ?? '');
  const report = await fleet.prove(histories);
  await eventually('every hold has ended', () => noHolds(fleet), recoverMs);
  const heard = await heardIn(histories);
  expect(heard.filter((entry) => !isProper(entry))).toEqual([]);
  expect(loads.map(({ ended }) => ended)).toEqual(['completed', 'completed']);
  return { report, loads, heard };
}

function crowd(
  fleet: StackFleet,
  saleId: string,
  { name, seed, forSeconds = 3 }: Night,
  at: number,
  onAnswers: (outcomes: OutcomeCounts) => void,
): Promise<LoadResult> {
  const scenario = aCrowd({ saleId, productId, stock, ratePerSecond, forSeconds, seed: seed * sales.length + at });
  return runLoad({
    scenario: { ...scenario, limits: { ...scenario.limits, hardStopSeconds, requestTimeoutMs } },
    target: fleet.target,
    saleId,
    crowd: `${name}-${saleId}`,
    history: `${fleet.path}/${name}-${saleId}.ndjson`,
    onProgress: ({ outcomes }) => onAnswers(outcomes),
    progressEveryMs: 20,
  });
}

async function noHolds({ ledger }: StackFleet): Promise<boolean> {
  const { rows } = await ledger.query<{ holds: boolean }>(
    `select exists (select from orders where state = 'accepted')
       or exists (select from pending_releases) as holds`,
  );
  return rows[0]?.holds === false;
}

async function heardIn(histories: readonly string[]): Promise<readonly HistoryEntry[]> {
  const heard: HistoryEntry[] = [];
  for (const history of histories) for await (const entry of readHistory(history)) heard.push(entry);
  return heard;
}

function isProper({ status, outcome }: HistoryEntry): boolean {
  return status === null
    ? outcome === 'connection_error' || outcome === 'timeout'
    : properStatuses.includes(status) && outcome !== 'server_error';
}
