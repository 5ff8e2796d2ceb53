import { FluxError } from '../../../src/engine/domain/flux-error.ts';
import type { PlantedBug } from '../../../src/toolkit/simulate/hunt/bug.ts';
import { inPort } from '../in-port.ts';

export const bug: PlantedBug = {
  name: 'timeout-as-failure',
  story:
    'An append without an answer looked like one that failed: the server gives the units back, so that somebody else can have ' +
    'them, and tells the buyer no. The log has the order all the same, or gets it a moment later.',
  plant: inPort('orderLog', (parts) => ({
    async append(records, timeoutMs) {
      const appended = await parts.orderLog.append(records, timeoutMs);
      if (appended.kind === 'appended') return appended;
      for (const { bytes } of records) {
        const record = parts.codec.decode(bytes);
        await parts.gate
          .release(record.saleId, record.epoch, [record])
          .catch((error: unknown) => parts.telemetry.fault('append', error));
      }
      return { kind: 'unknown', cause: new FluxError('order_log_unreachable', 'failed, and taken back') };
    },
  })),
};
