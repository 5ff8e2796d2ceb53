// @module-tag kafka
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SASLOptions } from 'kafkajs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { KafkaAddress } from '../../../../src/adapters/kafka/kafka-client.ts';
import { startTestKafka, type TestKafka } from '../../../support/kafka.ts';
import { type KafkaKeystore, makeKeystore } from '../../../support/kafka-keystore.ts';
import { avroAppends, logsOn } from '../../../support/kafka-logs.ts';

const password = 'right-3f1c';
const scram = { mechanism: 'scram-sha-512', username: 'flux', password } as const;
/** May log in, and nothing else. */
const guest = { mechanism: 'plain', username: 'guest', password } as const;
const jaas = 'org.apache.kafka.common.security';

let folder: string;
let certificate: KafkaKeystore;
let stranger: KafkaKeystore;
let kafka: TestKafka;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'fluxgate-keys-'));
  certificate = await makeKeystore(join(folder, 'broker'), 'dns:kafka.test,ip:127.0.0.1');
  stranger = await makeKeystore(join(folder, 'stranger'), 'ip:127.0.0.1');
  kafka = await startTestKafka(
    {
      'listener.security.protocol.map': 'PLAINTEXT:SASL_SSL,CONTROLLER:PLAINTEXT',
      'inter.broker.listener.name': 'PLAINTEXT',
      'sasl.enabled.mechanisms': 'PLAIN,SCRAM-SHA-256,SCRAM-SHA-512',
      'sasl.mechanism.inter.broker.protocol': 'SCRAM-SHA-512',
      'listener.name.plaintext.plain.sasl.jaas.config': `${jaas}.plain.PlainLoginModule required user_guest="${password}";`,
      'listener.name.plaintext.scram-sha-256.sasl.jaas.config': `${jaas}.scram.ScramLoginModule required;`,
      'listener.name.plaintext.scram-sha-512.sasl.jaas.config': `${jaas}.scram.ScramLoginModule required username="flux" password="${password}";`,
      'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
      'super.users': 'User:ANONYMOUS;User:flux',
      ...certificate.settings,
    },
    [{ name: 'flux', password }],
  );
});
afterAll(async () => {
  await kafka.stop();
  rmSync(folder, { recursive: true, force: true });
});

type Access = { readonly sasl?: SASLOptions; readonly ssl?: KafkaAddress['ssl'] };

/** Prepares the log as somebody; returns what went wrong, and everything that was logged meanwhile. */
async function prepareWith(access: Access): Promise<{ readonly refusal: unknown; readonly said: string }> {
  const said: string[] = [];
  const log: KafkaAddress['log'] = (_level, message, details) => said.push(message, JSON.stringify(details));
  const logs = logsOn(kafka.broker, kafka.topic(), { ...access, log });
  const refusal = await logs
    .open()
    .prepare()
    .catch((error: unknown) => error);
  await logs.close();
  return { refusal, said: said.join('\n') };
}

describe('the order log in Kafka, over TLS and with passwords', () => {
  it.each([
    { mechanism: 'scram-sha-256', servername: undefined },
    { mechanism: 'scram-sha-512', servername: 'kafka.test' },
  ] as const)('appends with $mechanism and the server name $servername', async ({ mechanism, servername }) => {
    const ssl = { ca: [certificate.pem], ...(servername === undefined ? {} : { servername }) };
    const logs = logsOn(kafka.broker, kafka.topic(), { sasl: { ...scram, mechanism }, ssl, requestTimeoutMs: 10_000 });

    expect(await logs.open().append(avroAppends(1, 3), 30_000)).toEqual({ kind: 'appended' });

    await logs.close();
  });

  const trusting = () => ({ ca: [certificate.pem] });
  // At once: kafkajs tries three seconds and more to reach a broker whose certificate is wrong.
  it.concurrent.each<{ what: string; access: () => Access; says: RegExp; names: string }>([
    {
      what: 'a wrong password, SCRAM',
      access: () => ({ sasl: { ...scram, password: 'wrong-77aa' }, ssl: trusting() }),
      says: /SCRAM SHA512 authentication failed/,
      names: 'kafka.password',
    },
    {
      what: 'a wrong password, PLAIN',
      access: () => ({ sasl: { ...guest, password: 'wrong-77aa' }, ssl: trusting() }),
      says: /SASL PLAIN authentication failed/,
      names: 'kafka.password',
    },
    {
      what: 'an unknown user',
      access: () => ({ sasl: { ...scram, mechanism: 'scram-sha-256', username: 'nobody' }, ssl: trusting() }),
      says: /authentication failed/,
      names: 'kafka.username',
    },
    {
      what: 'a topic that is missing where the user may not make it',
      access: () => ({ sasl: guest, ssl: trusting() }),
      says: /not authorized.*topic/i,
      names: 'kafka.topic',
    },
    {
      what: 'a name that is not in the certificate',
      access: () => ({ sasl: scram, ssl: { ...trusting(), servername: 'other.test' } }),
      says: /other\.test/,
      names: 'kafka.serverName',
    },
    {
      what: 'the authority of somebody else',
      access: () => ({ sasl: scram, ssl: { ca: [stranger.pem] } }),
      says: /self-signed certificate/,
      names: 'kafka.caFile',
    },
    { what: 'no TLS', access: () => ({ sasl: scram }), says: /Closed connection/, names: 'kafka.tls' },
    { what: 'no login', access: () => ({ ssl: trusting() }), says: /Closed connection/, names: 'kafka.saslMechanism' },
  ])('refuses $what, and names $names', async ({ access, says, names }) => {
    const { refusal, said } = await prepareWith(access());

    expect(refusal).toMatchObject({
      code: 'order_log_unreachable',
      message: expect.stringMatching(says),
      hint: expect.stringContaining(names),
    });
    expect(said).not.toMatch(/right-3f1c|wrong-77aa/);
  });

  it('answers unknown to an append with a wrong password, at once and every time', async () => {
    const logs = logsOn(kafka.broker, kafka.topic(), { sasl: { ...scram, password: 'wrong-77aa' }, ssl: trusting() });
    const log = logs.open();

    for (let turn = 0; turn < 2; turn++) {
      const outcome = await log.append(avroAppends(1, 1), 60_000);
      expect(outcome).toMatchObject({
        kind: 'unknown',
        cause: { message: expect.stringMatching(/authentication failed/) },
      });
    }
    await logs.close();
  });
});
