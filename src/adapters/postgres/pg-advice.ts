/**
 * What to change where PostgreSQL lets nobody in, in the words of our settings: by SQLSTATE (PostgreSQL manual, appendix A)
 * or Node's code. Only an address that somebody configured can be met by these: the embedded one is our own.
 */
const byCode: Readonly<Record<string, string>> = {
  '28P01': 'set postgres.user and postgres.password to what PostgreSQL knows (FLUXGATE_POSTGRES_PASSWORD)',
  '28000': 'let postgres.user in from this machine (pg_hba.conf); where that wants encryption: postgres.tls: true',
  '42501':
    'grant the rights to postgres.user: docs/operations.md for serve and worker, docs/verify.md for a role that only reads',
  '3D000': 'create the database, or set postgres.database to one that is there',
  ERR_TLS_CERT_ALTNAME_INVALID: "set postgres.serverName to a name in the server's certificate",
  DEPTH_ZERO_SELF_SIGNED_CERT: 'set postgres.caFile to the certificate of the server, which signed itself',
  SELF_SIGNED_CERT_IN_CHAIN: 'set postgres.caFile to the authority that signed the certificate of PostgreSQL',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'set postgres.caFile to the authority that signed the certificate of PostgreSQL',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'set postgres.caFile to the authority that signed the certificate of PostgreSQL',
  CERT_HAS_EXPIRED: 'renew the certificate of PostgreSQL, and look at both clocks',
  ENOTFOUND: 'set postgres.host to a name that this machine can look up',
};

/** Texts of pg, which gives these no code. */
const byText: readonly (readonly [RegExp, string])[] = [
  [/client password must be a (non-empty )?string/, byCode['28P01'] ?? ''],
  [/server does not support SSL connections/, 'set postgres.tls to false, or switch ssl on in postgresql.conf'],
];

/** The setting that an error points to; undefined where it points to none. */
export function pgAdvice(code: string, message: string): string | undefined {
  return byCode[code] ?? byText.find(([text]) => text.test(message))?.[1];
}
