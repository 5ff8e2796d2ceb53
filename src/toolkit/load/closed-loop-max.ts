import autocannon from 'autocannon';
import type { HistoryOutcome } from '../history/history-entry.ts';
import { planArrival } from './buyer-plan.ts';
import { outcomeOfAnswer, refusalOutcomes } from './outcome-of-answer.ts';
import type { Scenario } from './scenario.ts';

export interface ClosedLoopOptions {
  readonly scenario: Scenario;
  readonly target: string;
  readonly saleId: string;
  readonly crowd: string;
  /** Each has one request under way at a time. */
  readonly connections: number;
  readonly seconds: number;
  readonly maxRequests: number;
  readonly signal: AbortSignal;
}

/** What a server answers to as many questions as it takes, one at a time a connection. */
export interface ClosedLoopMax {
  readonly tool: 'autocannon';
  readonly connections: number;
  readonly requests: number;
  readonly answersPerSecond: number;
  readonly acceptedPerSecond: number;
  readonly refusalsPerSecond: number;
  readonly errors: number;
  /** From the send: nobody waits for a slow server here, so that these times are no buyer's. */
  readonly serviceMs: { readonly p50: number; readonly p99: number; readonly max: number };
}

/**
 * Asks as fast as the answers come, with autocannon: the most that the server gives, not what it does under a given load. A
 * server that slows down is asked less, which hides what buyers would wait (coordinated omission); `load run` does not.
 */
export async function closedLoopMax(options: ClosedLoopOptions): Promise<ClosedLoopMax> {
  const { scenario, target, saleId, crowd, seconds, maxRequests, signal } = options;
  // autocannon deals the requests out to the connections, and takes a share of 0 for no limit
  const connections = Math.min(options.connections, maxRequests);
  const counts = new Map<HistoryOutcome, number>();
  let asked = 0;
  const wanted: autocannon.Options = {
    url: target,
    connections,
    duration: seconds,
    timeout: Math.ceil(scenario.limits.requestTimeoutMs / 1_000),
    maxOverallRequests: maxRequests,
    requests: [
      {
        method: 'POST',
        path: '/order',
        setupRequest(request) {
          const order = planArrival(scenario, scenario.seed, crowd, asked).orders[0];
          asked += 1;
          return {
            ...request,
            headers: { 'content-type': 'application/json', 'x-idempotency-key': order?.key ?? '' },
            body: JSON.stringify({ saleId, userId: order?.userId, lines: order?.lines }),
          };
        },
        onResponse(status, body) {
          const { outcome } = outcomeOfAnswer(status, body);
          counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
        },
      },
    ],
  };
  const result = await running(wanted, signal);
  const answers = [...counts.values()].reduce((sum, n) => sum + n, 0);
  const refusals = [...refusalOutcomes].reduce((sum, outcome) => sum + (counts.get(outcome) ?? 0), 0);
  const tookSeconds = Math.max(0.001, result.duration);
  return {
    tool: 'autocannon',
    connections,
    requests: asked,
    answersPerSecond: answers / tookSeconds,
    acceptedPerSecond: (counts.get('accepted') ?? 0) / tookSeconds,
    refusalsPerSecond: refusals / tookSeconds,
    // timeouts are among them
    errors: result.errors,
    serviceMs: { p50: result.latency.p50, p99: result.latency.p99, max: result.latency.max },
  };
}

function running(options: autocannon.Options, signal: AbortSignal): Promise<autocannon.Result> {
  return new Promise((resolve, reject) => {
    const instance = autocannon(options, (error: unknown, result) => {
      signal.removeEventListener('abort', stop);
      if (error) reject(error);
      else resolve(result);
    });
    const stop = (): void => instance.stop();
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
  });
}
