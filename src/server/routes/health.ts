import { Type } from '@fastify/type-provider-typebox';
import { okAnswer } from '../answers/answer.ts';
import { readinessAnswer } from '../answers/health-answers.ts';
import type { RouteContext, TypedFastify } from '../route-context.ts';
import { described, errorSchema } from '../schemas/answers.ts';
import { sendAnswer } from '../send-answer.ts';

const readiness = {
  ready: Type.Boolean(),
  draining: Type.Boolean(),
  dependencies: Type.Array(
    Type.Object({
      name: Type.String(),
      ok: Type.Boolean(),
      latencyMs: Type.Union([Type.Number(), Type.Null()]),
      why: Type.Union([Type.String(), Type.Null()]),
    }),
  ),
};
const aliveSchema = {
  operationId: 'alive',
  summary: 'Whether the process answers',
  tags: ['health'],
  response: { 200: described('It does', Type.Object({ status: Type.Literal('ok'), version: Type.String() })) },
};
const readySchema = {
  operationId: 'ready',
  summary: 'Whether orders can be taken, dependency by dependency',
  tags: ['health'],
  response: {
    200: described('Ready', Type.Object(readiness)),
    500: described('A fault of ours', errorSchema()),
    503: described(
      'Not ready, or not known within the deadline',
      errorSchema({
        status: Type.String(),
        ready: Type.Optional(readiness.ready),
        draining: Type.Optional(readiness.draining),
        dependencies: Type.Optional(readiness.dependencies),
      }),
      { 'retry-after': { type: 'string' } },
    ),
  },
};

/** Alive and ready. */
export function healthRoutes(app: TypedFastify, { engine, desk, metrics, settings, isDraining }: RouteContext): void {
  const meter = metrics.meter('GET /readyz');
  const alive = okAnswer('alive', JSON.stringify({ status: 'ok', version: settings.version }));

  app.get('/healthz', { schema: aliveSchema }, (_request, reply) => sendAnswer(reply, alive));
  app.get('/readyz', { schema: readySchema }, (_request, reply) => {
    desk.answer(reply, meter, engine.readiness(), readinessAnswer, isDraining());
  });
}
