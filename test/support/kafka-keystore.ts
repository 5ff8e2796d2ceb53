import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findJava } from '../../src/toolkit/stack/native/bring-kafka.ts';
import { runProgram } from '../../src/toolkit/stack/native/run-program.ts';
import type { KafkaSettings } from './kafka-process.ts';

/** A key with a certificate that signed itself, as Kafka takes it. */
export interface KafkaKeystore {
  /** A broker's settings that use it. */
  readonly settings: KafkaSettings;
  /** The certificate: whoever takes it for an authority believes whoever has the key. */
  readonly pem: string;
}

const keytoolMs = 30_000;

/** Makes one in a folder of its own, for hosts in keytool's words (`dns:kafka.test,ip:127.0.0.1`), with the keytool that every Java brings. */
export async function makeKeystore(folder: string, hosts: string): Promise<KafkaKeystore> {
  const found = await findJava();
  if (found.kind === 'missing') throw new Error(`${found.found}. Try: ${found.mend}`);
  mkdirSync(folder, { recursive: true });
  const path = join(folder, 'broker.p12');
  const password = 'of-a-throwaway-broker';
  const store = ['-keystore', path, '-storepass', password, '-alias', 'broker'];
  const keytool = (args: readonly string[]) =>
    runProgram(join(found.java, '..', 'keytool'), [...args, ...store], { timeoutMs: keytoolMs });
  await keytool(['-genkeypair', '-keyalg', 'EC', '-dname', 'CN=kafka', '-ext', `san=${hosts}`, '-storetype', 'PKCS12']);
  const pem = await keytool(['-exportcert', '-rfc']);
  const trusted = join(folder, 'broker.pem');
  writeFileSync(trusted, pem);
  return {
    settings: {
      'ssl.keystore.location': path,
      'ssl.keystore.password': password,
      'ssl.keystore.type': 'PKCS12',
      // A broker tries at its start whether it would believe itself.
      'ssl.truststore.location': trusted,
      'ssl.truststore.type': 'PEM',
    },
    pem,
  };
}
