import { type ServerFigures, statsAnswer } from '../answers/stats-answer.ts';
import { createRegistry } from '../metrics/registry.ts';
import type { RouteContext, TypedFastify } from '../route-context.ts';
import { adminOnly, adminSecurity, described, notNow } from '../schemas/answers.ts';
import { stats } from '../schemas/stats.ts';
import { sendText } from '../send-answer.ts';

const admin = { tags: ['operators'], security: adminSecurity };
const statsSchema = {
  ...admin,
  operationId: 'stats',
  summary: 'Everything a dashboard shows',
  response: { 200: described('Now', stats), ...adminOnly, ...notNow },
};
const metricsSchema = {
  ...admin,
  operationId: 'metrics',
  summary: "This server's metrics for Prometheus",
  response: {
    200: { description: 'Prometheus text', content: { 'text/plain': { schema: { type: 'string' } } } },
    ...adminOnly,
    ...notNow,
  },
};

/** GET /stats and GET /metrics. */
export function statsRoutes(app: TypedFastify, context: RouteContext, eventClients: () => number): void {
  const { engine, desk, metrics, settings, isDraining } = context;
  const meter = metrics.meter('GET /stats');
  const registry = createRegistry(metrics, { waiting: () => desk.waiting, worker: settings.worker });

  app.get('/stats', { schema: statsSchema, onRequest: context.adminOnly }, (_request, reply) => {
    const figures: ServerFigures = {
      metrics,
      waiting: desk.waiting,
      eventClients: eventClients(),
      draining: isDraining(),
      version: settings.version,
      worker: settings.worker,
    };
    desk.answer(reply, meter, engine.stats(), statsAnswer, figures);
  });
  app.get('/metrics', { schema: metricsSchema, onRequest: context.adminOnly }, async (_request, reply) => {
    sendText(reply, await registry.metrics(), registry.contentType);
  });
}
