import { FluxError } from '../../engine/domain/flux-error.ts';
import { type Epoch, parseGateId, parseSaleId } from '../../engine/domain/ids.ts';
import type { EpochMarker } from '../../engine/ports/order-log.ts';
import { fingerprintIn, schemaFile, singleObjectHeader, singleObjectHeaderBytes } from './avro-single-object.ts';
import { avroTypeOf } from './avro-types.ts';

const markerType = avroTypeOf(schemaFile('epoch-marker.v1'));
const header = singleObjectHeader(markerType);

/** The header of a Kafka record that says what it is; an order has none. */
export const markerHeader = { kind: 'marker' } as const;

export function encodeMarker(marker: EpochMarker): Buffer {
  return Buffer.concat([header, markerType.toBuffer(marker)]);
}

/** @throws FluxError `record_malformed` */
export function decodeMarker(bytes: Buffer): EpochMarker {
  if (fingerprintIn(bytes) === fingerprintIn(header)) {
    const fields = fieldsOf(bytes.subarray(singleObjectHeaderBytes));
    const saleId = parseSaleId(fields.saleId);
    const gateId = parseGateId(fields.gateId);
    if (saleId !== undefined && gateId !== undefined && fields.epoch >= 1) {
      return { saleId, gateId, epoch: fields.epoch as Epoch }; // a safe integer: avsc refuses others
    }
  }
  throw new FluxError('record_malformed', 'The marker is not one of a known version');
}

function fieldsOf(value: Buffer): { readonly saleId: string; readonly gateId: string; readonly epoch: number } {
  try {
    return markerType.fromBuffer(value); // the schema has exactly these fields
  } catch (cause) {
    throw new FluxError('record_malformed', 'The marker is not what its schema says', { cause });
  }
}
