import { randomBytes } from 'node:crypto';
import { Type } from 'typebox';
import { notedServiceSchema, noteService } from '../../service/noted-service.ts';
import type { ChaosPart } from '../../system/chaos-system.ts';

/** A fault of the ledger with a tag of its own, by which its undo finds what it made. */
export const ledgerNoteSchema = Type.Object({
  ...notedServiceSchema.properties,
  tag: Type.String({ pattern: '^[0-9a-f]{12}$' }),
});

export function noteLedger(target: ChaosPart) {
  return { ...noteService(target), tag: randomBytes(6).toString('hex') };
}
