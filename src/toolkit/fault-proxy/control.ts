import Fastify from 'fastify';
import { FluxError } from '../../engine/domain/flux-error.ts';
import { parseAddress } from './address.ts';
import { readFault } from './fault.ts';
import { type Target, targetOf } from './target.ts';

/** A fault document has less than 200 bytes. */
const bodyLimitBytes = 4_096;

/**
 * Listens for orders to the targets: GET / lists them, PUT /NAME sets a fault, DELETE /NAME clears it. Wrong ones are answered
 * as `{error, code, hint}` with 400 or 404. @throws FluxError `port_in_use`
 */
export async function startControl(
  targets: ReadonlyMap<string, Target>,
  control: string,
): Promise<{ readonly url: string; close(): Promise<void> }> {
  const app = Fastify({ bodyLimit: bodyLimitBytes, forceCloseConnections: true });
  app.get('/', () => ({ targets: [...targets.values()].map(shown) }));
  app.put<{ Params: { name: string } }>('/:name', ({ params, body }) => {
    const target = targetOf(targets, params.name);
    target.set(readFault(body));
    return shown(target);
  });
  app.delete<{ Params: { name: string } }>('/:name', ({ params }) => {
    const target = targetOf(targets, params.name);
    target.set(null);
    return shown(target);
  });
  app.setErrorHandler((error, _request, reply) => {
    if (error instanceof FluxError) {
      reply.status(error.code === 'not_found' ? 404 : 400);
      return { error: error.message, code: error.code, hint: error.hint };
    }
    // what Fastify refuses (no JSON, too long) has its own status
    const status = error instanceof Error && 'statusCode' in error ? Number(error.statusCode) : 500;
    reply.status(status);
    return { error: error instanceof Error ? error.message : String(error), code: status < 500 ? 'usage' : 'fault' };
  });
  app.setNotFoundHandler((_request, reply) => {
    reply.status(404);
    return { error: 'the control knows GET /, PUT /NAME and DELETE /NAME', code: 'not_found' };
  });
  const { host, port } = parseAddress(control);
  try {
    return { url: await app.listen({ host, port }), close: () => app.close() };
  } catch (cause) {
    throw new FluxError('port_in_use', `the control of the fault proxy cannot listen on ${control}`, { cause });
  }
}

function shown({ name, listen, upstream, fault, connections, lost, touched }: Target) {
  return { name, listen, upstream, fault, connections, lost, touched };
}
