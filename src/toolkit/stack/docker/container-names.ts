import { createHash } from 'node:crypto';
import type { ServiceName } from '../service-name.ts';

/** By these a later `up` and `down` find what is of a stack, whatever became of its file. */
export const stackLabel = 'fluxgate.stack';
export const serviceLabel = 'fluxgate.service';

/** Of containers and volumes. */
export function labelsOf(stackDir: string, service: ServiceName): Readonly<Record<string, string>> {
  return { [stackLabel]: stackDir, [serviceLabel]: service };
}

/** One name for the container of a service and the volume with its data: a second one of it cannot be made. */
export function containerName(stackDir: string, service: ServiceName): string {
  // 48 bits: nobody has a million stacks on one machine
  return `fluxgate-${createHash('sha256').update(stackDir).digest('hex').slice(0, 12)}-${service}`;
}
