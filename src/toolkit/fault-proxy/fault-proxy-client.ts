import { type Static, Type } from 'typebox';
import { Value } from 'typebox/value';
import { request } from 'undici';
import { type ErrorCode, errorCodes } from '../../engine/domain/error-codes.ts';
import { FluxError } from '../../engine/domain/flux-error.ts';
import { type Fault, faultSchema } from './fault.ts';

const target = Type.Object({
  name: Type.String(),
  /** host:port */
  listen: Type.String(),
  upstream: Type.String(),
  fault: Type.Union([faultSchema, Type.Null()]),
  connections: Type.Integer(),
  /** What vanished since the fault was set, in bytes: whoever waits for a lost answer sees it here. */
  lost: Type.Object({ request: Type.Integer(), answer: Type.Integer() }),
  /** What the fault has met since it was set: chunks that it changed, connections that it cut or closed. */
  touched: Type.Object({ chunks: Type.Integer(), connections: Type.Integer() }),
});
const targetList = Type.Object({ targets: Type.Array(target) });
const refusal = Type.Object({ error: Type.String(), code: Type.String(), hint: Type.Optional(Type.String()) });

export type FaultProxyTarget = Static<typeof target>;

/**
 * All of them throw FluxError: `fault_proxy_unreachable`, or what the control said (`not_found`, `fault_refused`). A fault
 * holds once the call is over.
 */
export interface FaultProxyClient {
  targets(): Promise<readonly FaultProxyTarget[]>;
  set(name: string, fault: Fault): Promise<FaultProxyTarget>;
  clear(name: string): Promise<FaultProxyTarget>;
  clearAll(): Promise<void>;
}

/** The control answers at once: it does nothing that waits. A machine that does much else takes longer. */
const answerMs = 10_000;

/** Talks to the control of a fault proxy, `http://host:port`. */
export function faultProxyClient(url: string): FaultProxyClient {
  const call = async (method: 'GET' | 'PUT' | 'DELETE', path: string, body?: Fault): Promise<unknown> => {
    let answer: { readonly status: number; readonly document: unknown };
    try {
      const { statusCode, body: said } = await request(new URL(path, url), {
        method,
        headersTimeout: answerMs,
        bodyTimeout: answerMs,
        ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
      });
      answer = { status: statusCode, document: await said.json() };
    } catch (cause) {
      throw new FluxError('fault_proxy_unreachable', `the fault proxy at ${url} does not answer`, {
        hint: 'fluxgate stack status; fluxgate stack up --proxied',
        cause,
      });
    }
    if (answer.status === 200) return answer.document;
    throw refused(answer.document, url);
  };
  const one = async (method: 'PUT' | 'DELETE', name: string, body?: Fault): Promise<FaultProxyTarget> =>
    understood(target, await call(method, `/${encodeURIComponent(name)}`, body), url);
  const targets = async (): Promise<readonly FaultProxyTarget[]> =>
    understood(targetList, await call('GET', '/'), url).targets;
  return {
    targets,
    set: (name, fault) => one('PUT', name, fault),
    clear: (name) => one('DELETE', name),
    async clearAll() {
      for (const { name } of await targets()) await one('DELETE', name);
    },
  };
}

function understood<Shape extends typeof target | typeof targetList>(
  shape: Shape,
  document: unknown,
  url: string,
): Static<Shape> {
  if (Value.Check(shape, document)) return document;
  throw new FluxError('fault_proxy_unreachable', `what answers at ${url} is no fault proxy of ours`);
}

function refused(document: unknown, url: string): FluxError {
  if (!Value.Check(refusal, document)) {
    return new FluxError('fault_proxy_unreachable', `what answers at ${url} is no fault proxy of ours`);
  }
  const code: ErrorCode = isErrorCode(document.code) ? document.code : 'fault';
  return new FluxError(code, document.error, document.hint === undefined ? {} : { hint: document.hint });
}

function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(errorCodes, code);
}
