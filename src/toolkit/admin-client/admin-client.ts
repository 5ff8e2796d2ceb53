import type { Static, TSchema } from 'typebox';
import { Value } from 'typebox/value';
import { Agent, request } from 'undici';
import { type ErrorCode, errorCodes } from '../../engine/domain/error-codes.ts';
import { FluxError } from '../../engine/domain/flux-error.ts';

export interface AdminClient {
  readonly url: string;
  /**
   * One call. 503 is tried again for a few seconds, unless `once` says that the call is not safe to repeat.
   *
   * @throws FluxError `server_unreachable`, `not_found` for 404, the server's own code where it is one of ours, else
   *   `usage` (a wrong token among them) or `server_refused`
   */
  call<Shape extends TSchema>(
    method: 'GET' | 'POST' | 'PATCH',
    path: string,
    shape: Shape,
    body?: unknown,
    options?: { readonly once: boolean },
  ): Promise<Static<Shape>>;
  close(): Promise<void>;
}

/** Twice the server's own deadline: later than that it does not answer any more. */
const answerDeadlineMs = 10_000;
/** A rebuild at boot takes a second or two; longer ones are worth a word to the operator. */
const unavailableForMs = 8000;
const pauseMs = 250;

/** Opens a client for one server. `token` is FLUXGATE_ADMIN_TOKEN; without one the server wants us on its loopback. */
export function openAdminClient(url: string, token: string | undefined): AdminClient {
  // One operator, one command: a second connection would only be idle.
  const agent = new Agent({ connections: 1, connect: { timeout: 3000 } });
  const base = parseUrl(url);
  const send = async (method: 'GET' | 'POST' | 'PATCH', path: string, body: unknown): Promise<Answer> => {
    try {
      const answer = await request(new URL(path, base), {
        method,
        dispatcher: agent,
        headersTimeout: answerDeadlineMs,
        bodyTimeout: answerDeadlineMs,
        headers: {
          accept: 'application/json',
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        body: body === undefined ? null : JSON.stringify(body),
      });
      return { status: answer.statusCode, text: await answer.body.text() };
    } catch (cause) {
      throw new FluxError('server_unreachable', `the server at ${base.origin} does not answer`, {
        hint: 'fluxgate serve',
        cause,
      });
    }
  };
  return {
    url: base.origin,
    close: () => agent.close(),
    async call(method, path, shape, body, options) {
      const until = Date.now() + unavailableForMs;
      let answer = await send(method, path, body);
      while (answer.status === 503 && !options?.once && Date.now() < until) {
        await new Promise((resolve) => setTimeout(resolve, pauseMs));
        answer = await send(method, path, body);
      }
      return understood(answer, shape, base);
    },
  };
}

interface Answer {
  readonly status: number;
  readonly text: string;
}

function parseUrl(url: string): URL {
  try {
    const parsed = new URL(url);
    if (parsed.protocol === 'http:' || parsed.protocol === 'https:') return parsed;
  } catch {
    // said below
  }
  throw new FluxError('usage', `${url} is not an address like http://127.0.0.1:3000`);
}

function understood<Shape extends TSchema>(answer: Answer, shape: Shape, base: URL): Static<Shape> {
  const document = parseJson(answer.text);
  if (answer.status >= 200 && answer.status < 300) {
    if (Value.Check(shape, document)) return document;
    throw new FluxError('server_refused', `${base.origin} answered something that is not fluxgate's`, {
      hint: `curl ${base.origin}/healthz`,
    });
  }
  throw refusal(answer, document, base);
}

function refusal(answer: Answer, document: unknown, base: URL): FluxError {
  const said = textOf(document, 'error') ?? textOf(document, 'msg') ?? `HTTP ${answer.status}`;
  if (answer.status === 401 || answer.status === 403) {
    return new FluxError('usage', `${base.origin} wants another admin token: ${said}`, {
      hint: 'FLUXGATE_ADMIN_TOKEN=... fluxgate ...',
    });
  }
  const code = textOf(document, 'code');
  if (answer.status === 404) {
    return new FluxError('not_found', said, {
      hint: code === 'unknown_order' ? 'fluxgate orders export' : 'fluxgate sale list',
    });
  }
  if (answer.status === 503) {
    return new FluxError('server_unreachable', `${base.origin} cannot do this now: ${said}`, {
      hint: `curl ${base.origin}/readyz`,
    });
  }
  // sale_invalid, sale_conflict, stock_refused: what the sale is says why.
  if (isErrorCode(code)) return new FluxError(code, said, { hint: 'fluxgate sale show SALE' });
  // What is left of 409 is about one order and its state; of 4xx, about what was typed.
  if (answer.status === 409) return new FluxError('order_refused', said, { hint: 'fluxgate order show ID' });
  return new FluxError(answer.status < 500 ? 'usage' : 'server_refused', said);
}

function isErrorCode(code: string | undefined): code is ErrorCode {
  return code !== undefined && Object.hasOwn(errorCodes, code);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function textOf(document: unknown, field: string): string | undefined {
  if (typeof document !== 'object' || document === null) return undefined;
  const value: unknown = Object.entries(document).find(([name]) => name === field)?.[1];
  return typeof value === 'string' ? value : undefined;
}
