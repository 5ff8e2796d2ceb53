import type { Config } from '../../config/config-schema.ts';
import { FluxError } from '../../engine/domain/flux-error.ts';
import { type Finding, ok } from './finding.ts';

/** One question a service of the settings: says what it found. @throws FluxError whose hint mends it */
export type ServiceChecks = Readonly<Record<'gate' | 'order log' | 'ledger', (config: Config) => Promise<string>>>;

/** The Redis, Kafka and PostgreSQL of the settings, all asked at once. In mode stack a sale needs each of them. */
export function serviceFindings(config: Config, checks: ServiceChecks): Promise<readonly Finding[]> {
  return Promise.all(Object.entries(checks).map(([name, check]) => findingOf(name, () => check(config))));
}

async function findingOf(name: string, check: () => Promise<string>): Promise<Finding> {
  try {
    return ok(name, await check());
  } catch (error) {
    return findingOfFault(name, error);
  }
}

/** What somebody has to do about a fault, as a finding; what is none of ours is thrown again. */
export function findingOfFault(name: string, error: unknown): Finding {
  if (!(error instanceof FluxError)) throw error;
  return { name, verdict: 'missing', found: error.message, mend: error.hint ?? 'fluxgate config show' };
}
