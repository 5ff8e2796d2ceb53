import type { FastifyInstance } from 'fastify';

/**
 * Bodies are JSON or nothing: anything else is a 415. An empty body under `application/json` is no body, since clients
 * set the type on calls without one (POST /cancel/:orderId). `__proto__` and `constructor.prototype` are refused.
 */
export function installJsonBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  const parse = app.getDefaultJsonParser('error', 'error');
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body === '') done(null, undefined);
    else parse(request, body as string, done); // a string: parseAs
  });
}
