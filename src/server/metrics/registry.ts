import { Gauge, Histogram, Registry } from 'prom-client';
import type { AnswerMetrics } from './answer-metrics.ts';

/** Buckets from 128 us to 8.4 s, doubling: powers of two are exact in Latencies. */
const powers = [7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23];

const name = 'fluxgate_http_answer_seconds';
const help = 'Time from the request to its answer, by route and outcome';

/** Shows Latencies as a Prometheus histogram. They are counted elsewhere, since `observe` with labels costs more than a refusal. */
class AnswerHistogram extends Histogram<'route' | 'outcome' | 'le'> {
  readonly #metrics: AnswerMetrics;

  constructor(metrics: AnswerMetrics) {
    super({
      name,
      help,
      labelNames: ['route', 'outcome'],
      registers: [],
    });
    this.#metrics = metrics;
  }

  /** What the registry writes, and what `get` is made from (prom-client 15, lib/histogram.js). */
  async getForPromString() {
    const values = [];
    for (const { route, outcome, latencies } of this.#metrics.figures()) {
      const labels = { route, outcome };
      for (const power of powers) {
        const le = 2 ** power / 1e6;
        values.push({ metricName: `${name}_bucket`, labels: { ...labels, le }, value: latencies.countUpTo(power) });
      }
      values.push({ metricName: `${name}_bucket`, labels: { ...labels, le: '+Inf' }, value: latencies.count });
      values.push({ metricName: `${name}_sum`, labels, value: latencies.sumMs / 1000 });
      values.push({ metricName: `${name}_count`, labels, value: latencies.count });
    }
    return { name, help, type: 'histogram', values, aggregator: 'sum' };
  }
}

/**
 * The one registry: answers, this process, and what `waiting` counts at the desk. Of a `worker` of several behind one port each
 * figure bears its number, since every scrape meets another one.
 */
export function createRegistry(
  metrics: AnswerMetrics,
  { waiting, worker }: { readonly waiting: () => number; readonly worker: number | null },
): Registry {
  const registry = new Registry();
  if (worker !== null) registry.setDefaultLabels({ worker: String(worker) });
  registry.registerMetric(new AnswerHistogram(metrics));
  const gauges = [
    new Gauge({
      name: 'fluxgate_http_waiting',
      help: 'Requests that wait for the engine',
      registers: [],
      collect() {
        this.set(waiting());
      },
    }),
    new Gauge({
      name: 'process_resident_memory_bytes',
      help: 'Resident memory',
      registers: [],
      collect() {
        this.set(process.memoryUsage.rss());
      },
    }),
    new Gauge({
      name: 'process_cpu_seconds_total',
      help: 'CPU time, user and system',
      registers: [],
      collect() {
        const { user, system } = process.cpuUsage();
        this.set((user + system) / 1e6);
      },
    }),
  ];
  for (const gauge of gauges) registry.registerMetric(gauge);
  return registry;
}
