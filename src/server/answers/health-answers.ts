import type { Readiness } from '../../engine/engine.ts';
import { type Answer, errorAnswer, okAnswer } from './answer.ts';

/** What GET /readyz answers: each dependency by name, its latency, and why not. Draining is never ready. */
export function readinessAnswer({ ready, dependencies }: Readiness, draining: boolean): Answer {
  const fields = {
    ready: ready && !draining,
    draining,
    dependencies: dependencies.map(({ name, ok, latencyMs, why }) => ({ name, ok, latencyMs, why })),
  };
  if (fields.ready) return okAnswer('ready', JSON.stringify(fields));
  const missing = dependencies.filter(({ ok }) => !ok).map(({ name }) => name);
  const why = draining ? 'This server is shutting down' : `Not ready: ${missing.join(', ') || 'starting'}`;
  return errorAnswer(503, 'not_ready', why, { status: 'not_ready', ...fields });
}
