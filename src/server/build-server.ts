import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import fastify, { type FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import type { Engine } from '../engine/engine.ts';
import { faultAnswer, requestErrorAnswer } from './answers/fault-answer.ts';
import { Desk } from './desk.ts';
import type { Drained } from './drain.ts';
import { EventHub } from './events/event-hub.ts';
import { AnswerMetrics } from './metrics/answer-metrics.ts';
import { createAdminGuard } from './plugins/admin-guard.ts';
import { answerSocketError, installErrorShape } from './plugins/error-shape.ts';
import { installJsonBodies } from './plugins/json-bodies.ts';
import { collectOpenApi, openApiRoute } from './plugins/openapi.ts';
import { createRateLimits } from './plugins/rate-limits.ts';
import { installValidation } from './plugins/validation.ts';
import { createRequestIds } from './request-id.ts';
import type { RouteContext, TypedFastify } from './route-context.ts';
import { eventRoute } from './routes/events.ts';
import { healthRoutes } from './routes/health.ts';
import { logLevelRoute } from './routes/log-level.ts';
import { orderRoute } from './routes/order.ts';
import { orderLifeRoutes } from './routes/order-life.ts';
import { saleRoutes } from './routes/sales.ts';
import { statsRoutes } from './routes/stats.ts';
import { stockRoutes } from './routes/stock.ts';
import { ticketRoutes } from './routes/tickets.ts';
import { waitingRoomRoute } from './routes/waiting-room.ts';
import { sendAnswer } from './send-answer.ts';
import { type ServerLimits, type ServerSettings, serverLimits } from './settings.ts';

/** What listen.ts and drain.ts need of a built server. */
export interface ServerLife {
  readonly settings: ServerSettings;
  readonly log: Logger;
  /** Readiness says no. */
  draining: boolean;
  /** Each answer is the last of its connection. */
  closesConnections: boolean;
  drained: Promise<Drained> | null;
}

declare module 'fastify' {
  interface FastifyInstance {
    life: ServerLife;
  }
}

/** Collaborators of a server. `limits` are bounds that tests lower. */
export interface ServerParts {
  readonly engine: Engine;
  readonly settings: ServerSettings;
  readonly log: Logger;
  readonly limits?: Partial<ServerLimits>;
}

/**
 * Builds the HTTP server of http.md around an engine: it turns outcomes into responses and nothing else.
 * It does not listen yet (see listen.ts), and `inject` works on it as it is. Closing it leaves the engine alone.
 */
export async function buildServer({ engine, settings, log, limits = {} }: ServerParts): Promise<FastifyInstance> {
  const bounds = { ...serverLimits, ...limits };
  const life: ServerLife = { settings, log, draining: false, closesConnections: false, drained: null };
  const metrics = new AnswerMetrics();
  const app = createFastify(settings);
  app.decorate('life', life);

  const desk = new Desk(settings.requestTimeoutMs, metrics, log);
  const hub = new EventHub(engine, bounds);
  // Streams would keep the listener from closing, so they end first.
  app.addHook('preClose', async () => hub.close());
  app.addHook('onClose', async () => desk.close());

  installValidation(app);
  installJsonBodies(app);
  installErrorShape(app, metrics, log);
  await collectOpenApi(app, settings.version);

  const context: RouteContext = {
    engine,
    settings,
    desk,
    metrics,
    limits: createRateLimits(settings),
    log,
    adminOnly: createAdminGuard(settings),
    isDraining: () => life.draining,
  };
  app.register(async (routes: TypedFastify) => {
    orderRoute(routes, context);
    orderLifeRoutes(routes, context);
    stockRoutes(routes, context);
    saleRoutes(routes, context);
    ticketRoutes(routes, context);
    waitingRoomRoute(routes, context);
    eventRoute(routes, context, hub);
    healthRoutes(routes, context);
    statsRoutes(routes, context, () => hub.clients);
    logLevelRoute(routes, context);
    openApiRoute(routes, context);
  });
  await app.ready();
  return app as unknown as FastifyInstance; // the type provider matters to routes only
}

function createFastify(settings: ServerSettings): TypedFastify {
  const requestId = createRequestIds();
  return fastify({
    // The log is written at the desk: what failed and what was slow. A line a request would cost more than a refusal.
    logger: false,
    bodyLimit: settings.bodyLimitBytes,
    trustProxy: settings.trustProxy === false ? false : [...settings.trustProxy],
    // Until the whole request has arrived; the desk's deadline begins then.
    requestTimeout: settings.requestTimeoutMs,
    keepAliveTimeout: settings.keepAliveTimeoutMs,
    // What has arrived is answered, also while the listener closes.
    return503OnClosing: false,
    exposeHeadRoutes: false,
    onProtoPoisoning: 'error',
    onConstructorPoisoning: 'error',
    routerOptions: { maxParamLength: serverLimits.pathParameterCharacters, caseSensitive: true },
    genReqId: requestId,
    http: {
      maxHeaderSize: serverLimits.headerBytes,
      // Both stated: where headers may take longer than the request (by default 60 s), Node swaps the two.
      requestTimeout: settings.requestTimeoutMs,
      headersTimeout: settings.requestTimeoutMs,
      connectionsCheckingInterval: 500,
    },
    // An address that cannot be decoded never meets a route, nor the error handler.
    frameworkErrors: (error, _request, reply) => sendAnswer(reply, requestErrorAnswer(error) ?? faultAnswer),
    clientErrorHandler: (error, socket) => answerSocketError(error, socket, requestId({ headers: {} })),
  }).withTypeProvider<TypeBoxTypeProvider>();
}
