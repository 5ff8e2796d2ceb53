import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type FaultProxy, startFaultProxy } from '../../src/toolkit/fault-proxy/fault-proxy.ts';
import { askKafka } from '../../src/toolkit/stack/native/ask-kafka.ts';
import { type NativeService, readStackFile, writeStackFile } from '../../src/toolkit/stack/stack-file.ts';
import { eventually } from './eventually.ts';
import type { Supervised } from './supervised.ts';

/**
 * Puts the fault proxy between a stack's Kafka and everybody who goes by its stack file, as target `kafka`. A broker tells
 * its clients where to go, so it has to advertise the proxy. In this process: a fault holds before the next line runs.
 */
export async function proxyKafka(
  stackDir: string,
  { host, port }: NativeService,
  kafka: Supervised,
): Promise<FaultProxy> {
  const upstream = `${host}:${port}`;
  const proxy = await startFaultProxy({ targets: [{ name: 'kafka', upstream }] });
  const listen = proxy.addressOf('kafka');
  const advertisedPort = Number(listen.split(':').at(-1));

  const start = await kafka.takeDown();
  const properties = join(stackDir, 'kafka', 'server.properties');
  const text = readFileSync(properties, 'utf8');
  const advertised = `advertised.listeners=PLAINTEXT://${upstream}`;
  if (!text.includes(advertised)) throw new Error(`${properties} does not say ${advertised}`);
  writeFileSync(properties, text.replace(advertised, `advertised.listeners=PLAINTEXT://${listen}`));
  start();
  await eventually('Kafka is back', () => answers(port, advertisedPort), 60_000);

  const file = readStackFile(stackDir);
  if (file === null) throw new Error(`there is no stack in ${stackDir}`);
  const services = file.services.map((each) =>
    each.name === 'kafka' ? { ...each, port: advertisedPort, direct: { host, port } } : each,
  );
  writeStackFile(stackDir, { ...file, services });
  return proxy;
}

async function answers(port: number, advertisedPort: number): Promise<boolean> {
  return askKafka(port, 1_000, advertisedPort).then(
    () => true,
    () => false,
  );
}
