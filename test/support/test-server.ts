import type { FastifyInstance } from 'fastify';
import { pino } from 'pino';
import type { Engine } from '../../src/engine/engine.ts';
import { buildServer, type ServerParts } from '../../src/server/build-server.ts';
import { fixedServerSettings, type ServerSettings } from '../../src/server/settings.ts';
import { fakeEngine } from './fake-engine.ts';

export interface TestServerOptions {
  readonly engine?: Engine;
  readonly settings?: Partial<ServerSettings>;
  readonly limits?: ServerParts['limits'];
}

/** Those of a server on the loopback, without limits of users and addresses. */
export const testServerSettings: ServerSettings = {
  ...fixedServerSettings,
  adminToken: null,
  trustProxy: false,
  loopbackOnly: true,
  requestTimeoutMs: 5_000,
  userRate: null,
  addressRate: null,
  drainDelayMs: 0,
  drainTimeoutMs: 10_000,
  version: '0.0.0',
  worker: null,
};

/** A server around a fake engine, with a silent log and no limits of users and addresses. To be closed by the test. */
export function testServer({
  engine = fakeEngine(),
  settings = {},
  limits,
}: TestServerOptions = {}): Promise<FastifyInstance> {
  return buildServer({
    engine,
    settings: { ...testServerSettings, ...settings },
    // Quiet also where a test raises its level.
    log: pino({ level: 'silent' }, { write: () => {} }),
    ...(limits ? { limits } : {}),
  });
}
