import type { EngineParts } from '../../src/engine/create-engine.ts';
import type { LogBatch } from '../../src/engine/ports/order-log.ts';
import type { Plant } from '../../src/toolkit/simulate/world/simulated-process.ts';
import { inPort } from './in-port.ts';

type OnBatch = (batch: LogBatch) => Promise<void>;

/** A defect of what a consumer does with a batch of the order log; `parts` are the sound ones of its process. */
export function inConsumer(change: (onBatch: OnBatch, parts: EngineParts) => OnBatch): Plant {
  return inPort('orderLog', (parts) => ({
    read: (groupId, onBatch, signal) => parts.orderLog.read(groupId, change(onBatch, parts), signal),
  }));
}
