import { type HeldOrders, holdAgeBoundsSeconds } from '../../engine/domain/ledger-facts.ts';
import { isoOf } from '../../engine/domain/time.ts';
import type { EngineStats } from '../../engine/engine.ts';
import { toJson } from '../json.ts';
import type { AnswerMetrics } from '../metrics/answer-metrics.ts';
import { windowSeconds } from '../metrics/latencies.ts';
import { type Answer, okAnswer } from './answer.ts';
import { opennessFields } from './openness-answer.ts';

/** What the server itself adds to the engine's figures. */
export interface ServerFigures {
  readonly metrics: AnswerMetrics;
  readonly waiting: number;
  readonly eventClients: number;
  readonly draining: boolean;
  readonly version: string;
  readonly worker: number | null;
}

const rounded = (value: number) => Math.round(value * 1000) / 1000;

/** What GET /stats answers: everything a dashboard shows. Counters of 64 bits (log offsets) are decimal strings. */
export function statsAnswer(stats: EngineStats, server: ServerFigures): Answer {
  const { user, system } = process.cpuUsage();
  const body = {
    ...stats,
    at: isoOf(stats.at),
    sales: stats.sales.map(({ openness, ledger, ...sale }) => ({
      ...sale,
      ...opennessFields(openness),
      ledger: ledger && { products: ledger.products, holds: holdsBody(ledger.held) },
    })),
    http: {
      waiting: server.waiting,
      eventClients: server.eventClients,
      draining: server.draining,
      answers: [...server.metrics.figures()].map(({ route, outcome, latencies }) => ({
        route,
        outcome,
        count: latencies.count,
        ratePerSecond: rounded(latencies.ratePerSecond),
        p50Ms: rounded(latencies.percentileMs(0.5)),
        p95Ms: rounded(latencies.percentileMs(0.95)),
        p99Ms: rounded(latencies.percentileMs(0.99)),
        maxMs: rounded(latencies.maxMs),
        recent: {
          seconds: windowSeconds,
          count: latencies.recentCount,
          p50Ms: rounded(latencies.recentPercentileMs(0.5)),
          p95Ms: rounded(latencies.recentPercentileMs(0.95)),
          p99Ms: rounded(latencies.recentPercentileMs(0.99)),
        },
      })),
    },
    process: {
      version: server.version,
      worker: server.worker,
      uptimeSeconds: rounded(process.uptime()),
      cpuSeconds: rounded((user + system) / 1e6),
      rssBytes: process.memoryUsage.rss(),
    },
  };
  return okAnswer('stats', toJson(body));
}

function holdsBody({ byAge, overdue, oldestMs }: Omit<HeldOrders, 'saleId'>) {
  return {
    byAge: byAge.map((orders, n) => ({ underSeconds: holdAgeBoundsSeconds[n] ?? null, orders })),
    overdue,
    oldestMs: Math.round(oldestMs),
  };
}
