import swagger from '@fastify/swagger';
import { Type } from '@fastify/type-provider-typebox';
import { okAnswer } from '../answers/answer.ts';
import type { RouteContext, TypedFastify } from '../route-context.ts';
import { described, errorCode } from '../schemas/answers.ts';
import { sendAnswer } from '../send-answer.ts';

/** Collects the schemas of all routes that are registered after it. */
export async function collectOpenApi(app: TypedFastify, version: string): Promise<void> {
  app.addSchema(errorCode);
  await app.register(swagger, {
    refResolver: { buildLocalReference: (json, _base, _fragment, index) => String(json.$id ?? `def-${index}`) },
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Flux-Gate',
        version,
        description:
          'Sells a limited number of units to a crowd, never one too many. Errors are one shape: error, code, requestId.',
        license: { name: 'MIT', identifier: 'MIT' },
      },
      tags: [
        { name: 'buyers', description: 'Orders and the waiting room' },
        {
          name: 'operators',
          description: 'Sales and stock. Needs the admin token, or the loopback where there is none',
        },
        { name: 'health', description: 'For load balancers and supervisors' },
      ],
      components: {
        securitySchemes: {
          admin: { type: 'http', scheme: 'bearer', description: 'FLUXGATE_ADMIN_TOKEN' },
        },
      },
    },
  });
}

const schema = {
  operationId: 'openapi',
  summary: 'This document',
  tags: ['health'],
  response: { 200: described('OpenAPI 3.1', Type.Object({ openapi: Type.String() })) },
};

/** GET /openapi.json: the document, made once. */
export function openApiRoute(app: TypedFastify, _context: RouteContext): void {
  let document: ReturnType<typeof okAnswer> | undefined;
  app.get('/openapi.json', { schema }, (_request, reply) => {
    document ??= okAnswer('openapi', JSON.stringify(app.swagger()));
    sendAnswer(reply, document);
  });
}
