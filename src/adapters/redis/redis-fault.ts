import { FluxError } from '../../engine/domain/flux-error.ts';

/** What a Redis says first when it is there but cannot do its work now, and what helps (Redis manual, "Errors"). */
const answers: Readonly<Record<string, string>> = {
  OOM: 'raise maxmemory of Redis: it is full, and the gate must not evict',
  MISCONF: 'Redis cannot write its snapshot: free space on its disk',
  READONLY: 'connect to the primary: this is a replica',
  LOADING: 'Redis reads its data from disk; wait',
  BUSY: 'a script of somebody else blocks Redis',
  MASTERDOWN: 'this replica has lost its primary',
  MOVED: 'redis.topology: cluster',
  CLUSTERDOWN: 'a shard of the Cluster has no primary',
  TRYAGAIN: 'a slot of the Cluster is being moved; wait',
  NOREPLICAS: 'min-replicas-to-write of Redis cannot be met',
  NOAUTH: 'set redis.password (and redis.username, where Redis has users)',
  WRONGPASS: 'set the right redis.username and redis.password',
  NOPERM: 'let the user of Redis run what docs/operations.md lists, on fluxgate:*',
};

/** ioredis names one of our options where a call comes between two connections. */
const notConnected = "Stream isn't writeable";

const status = 'fluxgate stack status';

/** What an error says that is no answer of Redis itself, or one without a word of its own, and the setting that it points to. */
const signs: readonly (readonly [RegExp, string])[] = [
  [/user executing the script|ACL failure in script/, answers.NOPERM ?? ''],
  [/sentinel .* because (NOAUTH|WRONGPASS|NOPERM)/, 'set redis.sentinelPassword (and redis.sentinelUsername)'],
  [/sentinel .* because ERR unknown command/, 'redis.nodes has to name the Sentinels, or redis.topology: single'],
  [/sentinel .* invalid reply: null/, 'redis.primaryName: what the Sentinels call the primary'],
  [/cluster support disabled/, 'redis.topology: single'],
  [/does not match certificate|ERR_TLS_CERT_ALTNAME_INVALID/, 'redis.serverName: a name that is in the certificate'],
  [/certificate/, 'redis.caFile: the authority that signed the certificate of Redis'],
  [/wrong version number|packet length too long|EPROTO/, 'redis.tls: false, or the TLS port in redis.nodes'],
  // Redis hangs up on what is no TLS, waits for the rest of what is no command, and a Sentinel's client says neither.
  [
    /ECONNRESET|ETIMEDOUT|before secure TLS connection|sentinel .* because Command timed out/,
    `redis.tls: true if that port speaks TLS, false if not; otherwise: ${status}`,
  ],
  [
    /sentinel .* because Connection is closed/,
    `redis.nodes: where the Sentinels listen, and redis.tls: true if they speak TLS, false if not; otherwise: ${status}`,
  ],
  [/ENOTFOUND|EAI_AGAIN/, 'redis.nodes: names that this machine can look up'],
  [/ECONNREFUSED/, 'redis.nodes: where Redis listens, or start it: fluxgate stack up'],
];

/**
 * What an error of ioredis means in our words. `gate_unreachable`: nobody answered, or the one who did cannot do it now; what
 * became of the call is unknown. `fault`: Redis refused the script itself, which is a defect of ours.
 */
export function redisFault(error: unknown, address: string): FluxError {
  if (error instanceof FluxError) return error;
  const message = error instanceof Error ? error.message : String(error);
  const isReply = error instanceof Error && error.name === 'ReplyError';
  const hint = answers[isReply ? prefixOf(message) : ''] ?? signs.find(([sign]) => sign.test(message))?.[1];
  if (isReply && hint === undefined)
    return new FluxError('fault', `Redis refused a script: ${message}`, { cause: error });
  const what = isReply ? 'refuses' : 'did not answer';
  if (message.startsWith(notConnected)) {
    // without it as the cause: its words would be told again
    const why = 'there is no connection, and the next one is being tried';
    return new FluxError('gate_unreachable', `Redis at ${address} ${what}: ${why}`, { hint: status });
  }
  return new FluxError('gate_unreachable', `Redis at ${address} ${what}: ${message}`, {
    hint: hint ?? status,
    cause: error,
  });
}

/** Whether Redis does not know the script (any more): it forgets them at every start. */
export function isScriptUnknown(error: unknown): boolean {
  return error instanceof Error && prefixOf(error.message) === 'NOSCRIPT';
}

/** The first word in capitals, behind the `ERR` or `-` that some versions put before a script's own error. */
function prefixOf(message: string): string {
  return /^(?:ERR )?-?([A-Z]+)\b/.exec(message)?.[1] ?? '';
}
