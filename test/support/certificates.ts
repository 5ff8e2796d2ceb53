import { createPrivateKey, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import { isIPv4 } from 'node:net';

/** What a server with TLS is started with, and what its clients trust, in PEM. */
export interface TestCertificate {
  readonly key: string;
  readonly certificate: string;
  /** The authority that signed it; made for this certificate alone. */
  readonly ca: string;
}

const dayMs = 86_400_000;

/**
 * A certificate for these host names and IPv4 addresses, valid for a day. X.509 (RFC 5280) written by hand, because neither
 * Node nor a bare machine has anything that makes one, and a key that lay in the tree would be taken for a secret.
 */
export function certificateFor(...names: readonly string[]): TestCertificate {
  const authority = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const server = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const isCa = extension([0x55, 0x1d, 0x13], true, sequence(tlv(0x01, Buffer.of(0xff)))); // basicConstraints
  const alternatives = extension([0x55, 0x1d, 0x11], false, sequence(...names.map(alternativeName))); // subjectAltName
  const ca = certificate('flux-gate test authority', authority.publicKey, [isCa], authority.privateKey);
  const own = certificate(names[0] ?? 'nobody', server.publicKey, [alternatives], authority.privateKey);
  return {
    key: createPrivateKey(server.privateKey.export({ type: 'pkcs8', format: 'pem' }))
      .export({ type: 'pkcs8', format: 'pem' })
      .toString(),
    certificate: pem(own),
    ca: pem(ca),
  };
}

function certificate(subject: string, key: KeyObject, extensions: readonly Buffer[], signer: KeyObject): Buffer {
  const algorithm = sequence(objectId([0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02])); // ecdsa-with-SHA256
  const serial = Buffer.concat([Buffer.of(1), randomBytes(8)]);
  const body = sequence(
    tlv(0xa0, tlv(0x02, Buffer.of(2))), // version 3
    tlv(0x02, serial),
    algorithm,
    distinguishedName('flux-gate test authority'),
    sequence(time(Date.now() - dayMs), time(Date.now() + dayMs)),
    distinguishedName(subject),
    key.export({ type: 'spki', format: 'der' }),
    tlv(0xa3, sequence(...extensions)),
  );
  return sequence(body, algorithm, tlv(0x03, Buffer.of(0), sign('sha256', body, signer)));
}

/** Tag, length, value (X.690, DER). */
function tlv(tag: number, ...parts: readonly Buffer[]): Buffer {
  const value = Buffer.concat(parts);
  if (value.length < 128) return Buffer.concat([Buffer.of(tag, value.length), value]);
  return Buffer.concat([Buffer.of(tag, 0x82, value.length >> 8, value.length & 0xff), value]);
}

const sequence = (...parts: readonly Buffer[]): Buffer => tlv(0x30, ...parts);
const objectId = (bytes: readonly number[]): Buffer => tlv(0x06, Buffer.from(bytes));

function distinguishedName(commonName: string): Buffer {
  return sequence(tlv(0x31, sequence(objectId([0x55, 0x04, 0x03]), tlv(0x0c, Buffer.from(commonName)))));
}

function time(ms: number): Buffer {
  const digits = new Date(ms).toISOString().replace(/\D/g, '').slice(2, 14);
  return tlv(0x17, Buffer.from(`${digits}Z`));
}

function extension(id: readonly number[], isCritical: boolean, value: Buffer): Buffer {
  return sequence(objectId(id), ...(isCritical ? [tlv(0x01, Buffer.of(0xff))] : []), tlv(0x04, value));
}

function alternativeName(name: string): Buffer {
  return isIPv4(name) ? tlv(0x87, Buffer.from(name.split('.').map(Number))) : tlv(0x82, Buffer.from(name));
}

function pem(der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}
