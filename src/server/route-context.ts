import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type {
  FastifyBaseLogger,
  FastifyInstance,
  FastifyReply,
  FastifyRequest,
  HookHandlerDoneFunction,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
} from 'fastify';
import type { Logger } from 'pino';
import type { Engine } from '../engine/engine.ts';
import type { Desk } from './desk.ts';
import type { AnswerMetrics } from './metrics/answer-metrics.ts';
import type { RateLimits } from './plugins/rate-limits.ts';
import type { ServerSettings } from './settings.ts';

/** A Fastify whose handlers get bodies typed by their schemas. */
export type TypedFastify = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>;

/** What the routes share. */
export interface RouteContext {
  readonly engine: Engine;
  readonly settings: ServerSettings;
  readonly desk: Desk;
  readonly metrics: AnswerMetrics;
  readonly limits: RateLimits;
  readonly log: Logger;
  /** Hook of admin routes. */
  readonly adminOnly: (request: FastifyRequest, reply: FastifyReply, done: HookHandlerDoneFunction) => void;
  readonly isDraining: () => boolean;
}
