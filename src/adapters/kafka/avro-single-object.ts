import { readFileSync } from 'node:fs';
import type { Schema, Type } from 'avsc';

/**
 * Avro's single-object encoding (specification 1.12, "Single object encoding"): C3 01, the CRC-64-AVRO fingerprint of the
 * writer's schema in little-endian order, then the value. The bytes themselves say which schema wrote them.
 */
export const singleObjectHeaderBytes = 10;

export function singleObjectHeader(type: Type): Buffer {
  const header = Buffer.alloc(singleObjectHeaderBytes);
  header.writeUInt16BE(singleObjectMark);
  // The canonical form is what avsc exports without attributes.
  header.writeBigUInt64LE(avroFingerprint(JSON.stringify(type.schema())), 2);
  return header;
}

const singleObjectMark = 0xc301;

/** The fingerprint in front of a value as a map key; undefined where the bytes are no single object. */
export function fingerprintIn(bytes: Buffer): string | undefined {
  if (bytes.length < singleObjectHeaderBytes || bytes.readUInt16BE() !== singleObjectMark) return undefined;
  return bytes.toString('latin1', 2, singleObjectHeaderBytes);
}

/** CRC-64-AVRO of a schema in parsing canonical form (Avro specification, "Schema Fingerprints"). */
export function avroFingerprint(canonicalSchema: string): bigint {
  let fingerprint = emptyFingerprint;
  for (const byte of Buffer.from(canonicalSchema, 'utf8')) {
    fingerprint = (fingerprint >> 8n) ^ (fingerprintTable[Number((fingerprint ^ BigInt(byte)) & 0xffn)] ?? 0n);
  }
  return fingerprint;
}

const emptyFingerprint = 0xc15d213aa4d7a795n;
const fingerprintTable = Array.from({ length: 256 }, (_, index) => {
  let entry = BigInt(index);
  for (let bit = 0; bit < 8; bit++) entry = (entry >> 1n) ^ (emptyFingerprint & -(entry & 1n));
  return entry;
});

/** A schema file of this folder, copied beside the code by the build. */
export function schemaFile(name: string): Schema {
  // Our own file: avsc checks it when it makes a type of it.
  return JSON.parse(readFileSync(new URL(`./schemas/${name}.avsc`, import.meta.url), 'utf8')) as Schema;
}

/** The same bytes, not a copy. */
export function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
