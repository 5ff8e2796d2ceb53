import type { Config } from './config/config-schema.ts';
import type { BenchName } from './toolkit/bench/bench-names.ts';
import type { BenchResult } from './toolkit/bench/bench-result.ts';

/** What a bench is asked for. */
export interface BenchUse {
  readonly config: Config;
  /** Of each measurement. */
  readonly seconds: number;
  readonly connections: number;
  /** `host:port` of this machine; the stack's where it is not given. */
  readonly redis: string | undefined;
  readonly kafka: string | undefined;
  /** In the ledger of a gate that is lost. */
  readonly orders: number;
  /** How often the gate is lost with all servers alive. */
  readonly losses: number;
  readonly signal: AbortSignal;
  /** Called before each measurement with what is measured next, and where we are; `leftSeconds` where a bench knows better. */
  readonly onProgress: (what: string, done: number, of: number, leftSeconds?: number) => void;
}

export interface BenchReport {
  /** What `--json` prints. */
  readonly result: BenchResult<BenchName, unknown>;
  readonly text: string;
}

/** Each removes what it has made by itself, also when it is interrupted. Loads nothing that it does not measure. */
export const benches: Readonly<Record<BenchName, (use: BenchUse) => Promise<BenchReport>>> = {
  async http(use) {
    const { benchHttp } = await import('./toolkit/bench/bench-http.ts');
    const { benchHttpText } = await import('./toolkit/bench/bench-http-text.ts');
    return reportOf(await benchHttp(use), benchHttpText);
  },

  async gate(use) {
    const { benchRedisAddress } = await import('./toolkit/bench/bench-redis-address.ts');
    const address = benchRedisAddress(use.redis, use.config);
    const { openBenchedGate: open } = await import('./compose-bench-gate.ts');
    const { benchGate } = await import('./toolkit/bench/bench-gate.ts');
    const { benchGateText } = await import('./toolkit/bench/bench-gate-text.ts');
    return reportOf(await benchGate({ ...use, address, open }), benchGateText);
  },

  async log(use) {
    const { benchKafkaAddress } = await import('./toolkit/bench/bench-kafka-address.ts');
    const broker = benchKafkaAddress(use.kafka, use.config);
    const { openBenchedLog } = await import('./compose-bench-log.ts');
    const { benchLog } = await import('./toolkit/bench/bench-log.ts');
    const { benchLogText } = await import('./toolkit/bench/bench-log-text.ts');
    return reportOf(await benchLog({ ...use, open: () => openBenchedLog(broker) }), benchLogText);
  },

  async ledger(use) {
    const { openBenchedLedger: open } = await import('./compose-bench-ledger.ts');
    const { benchLedger } = await import('./toolkit/bench/bench-ledger.ts');
    const { benchLedgerText } = await import('./toolkit/bench/bench-ledger-text.ts');
    return reportOf(await benchLedger({ ...use, open }), benchLedgerText);
  },

  async order(use) {
    const { openBenchStack } = await import('./compose-bench-order.ts');
    const { benchOrder } = await import('./toolkit/bench/bench-order.ts');
    const { benchOrderText } = await import('./toolkit/bench/bench-order-text.ts');
    const open = () => openBenchStack(use.config.cacheDir, use.signal);
    return reportOf(await benchOrder({ ...use, open }), benchOrderText);
  },

  async rebuild(use) {
    const { openRebuildStack } = await import('./compose-bench-rebuild.ts');
    const { benchRebuild } = await import('./toolkit/bench/bench-rebuild.ts');
    const { benchRebuildText } = await import('./toolkit/bench/bench-rebuild-text.ts');
    const open = () => openRebuildStack(use.config, use.signal);
    return reportOf(await benchRebuild({ ...use, open }), benchRebuildText);
  },

  async load(use) {
    const { benchLoad } = await import('./toolkit/bench/bench-load.ts');
    const { benchLoadText } = await import('./toolkit/bench/bench-load-text.ts');
    return reportOf(await benchLoad(use), benchLoadText);
  },
};

function reportOf<Result extends BenchReport['result']>(result: Result, textOf: (of: Result) => string): BenchReport {
  return { result, text: textOf(result) };
}
