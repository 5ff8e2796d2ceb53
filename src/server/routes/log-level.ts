import { Type } from '@fastify/type-provider-typebox';
import { okAnswer } from '../answers/answer.ts';
import { logLevels } from '../log.ts';
import type { RouteContext, TypedFastify } from '../route-context.ts';
import { adminOnly, adminSecurity, badBody, described } from '../schemas/answers.ts';
import { sendAnswer } from '../send-answer.ts';

const level = Type.Object({ level: Type.Enum([...logLevels]) }, { additionalProperties: false });
const schema = {
  operationId: 'setLogLevel',
  summary: 'Change the level of the log while the server runs',
  tags: ['operators'],
  security: adminSecurity,
  body: level,
  response: { 200: described('The new level', level), ...badBody, ...adminOnly },
};

/** PUT /admin/log-level. */
export function logLevelRoute(app: TypedFastify, { log, adminOnly: onRequest }: RouteContext): void {
  app.put('/admin/log-level', { schema, onRequest }, (request, reply) => {
    log.level = request.body.level;
    log.info({ newLevel: log.level, requestId: request.id }, 'log level changed by an operator');
    sendAnswer(reply, okAnswer('level', JSON.stringify({ level: log.level })));
  });
}
