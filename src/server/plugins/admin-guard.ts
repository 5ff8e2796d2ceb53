import { hash, timingSafeEqual } from 'node:crypto';
import type { FastifyReply, FastifyRequest, HookHandlerDoneFunction } from 'fastify';
import { type Answer, errorAnswer } from '../answers/answer.ts';
import { isLoopbackAddress, isLoopbackHost } from '../loopback.ts';
import { sendAnswer } from '../send-answer.ts';
import type { ServerSettings } from '../settings.ts';

const unauthorized = errorAnswer(401, 'unauthorized', 'This call needs an admin token', {}, [
  'www-authenticate',
  'Bearer realm="fluxgate"',
]);
const wrongToken = errorAnswer(401, 'unauthorized', 'The admin token is not the right one', {}, [
  'www-authenticate',
  'Bearer realm="fluxgate", error="invalid_token"',
]);
const loopbackOnly = errorAnswer(403, 'forbidden', 'Without an admin token this call answers on the loopback only');

/** Compares digests: equally long whatever was sent, and in constant time. */
function sameSecret(a: string, b: string): boolean {
  return timingSafeEqual(hash('sha256', a, 'buffer'), hash('sha256', b, 'buffer'));
}

/** Whether a request is an operator's. Null: it is; an answer: the refusal. */
export function adminRefusal(
  request: FastifyRequest,
  { adminToken, loopbackOnly: onLoopback }: Pick<ServerSettings, 'adminToken' | 'loopbackOnly'>,
): Answer | null {
  if (adminToken === null) return onLoopback && comesFromHere(request) ? null : loopbackOnly;
  const given = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
  if (given === undefined) return unauthorized;
  return sameSecret(given, adminToken) ? null : wrongToken;
}

/**
 * Without a token the place is the proof. So nothing that was forwarded for somebody else counts as being here, nor does a
 * page of another site in a browser on this machine (by its name: DNS rebinding; by `Origin` and `Sec-Fetch-Site`: forgery).
 */
function comesFromHere(request: FastifyRequest): boolean {
  const { headers } = request;
  if (!isLoopbackAddress(request.socket.remoteAddress) || !isLoopbackHost(headers.host)) return false;
  if (headers['x-forwarded-for'] !== undefined || headers.forwarded !== undefined) return false;
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return false;
  const { origin } = headers;
  return origin === undefined || isLoopbackHost(origin.replace(/^https?:\/\//, ''));
}

/** Who is written into admin_events. */
export function actorOf({ adminToken }: Pick<ServerSettings, 'adminToken'>): string {
  return adminToken === null ? 'loopback' : 'admin-token';
}

/** The guard as a hook of admin routes; before the body is read. */
export function createAdminGuard(settings: Pick<ServerSettings, 'adminToken' | 'loopbackOnly'>) {
  return (request: FastifyRequest, reply: FastifyReply, done: HookHandlerDoneFunction): void => {
    const refusal = adminRefusal(request, settings);
    if (refusal === null) done();
    else sendAnswer(reply, refusal);
  };
}
