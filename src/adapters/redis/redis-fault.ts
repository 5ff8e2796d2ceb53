import { FluxError } from '../../engine/domain/flux-error.ts';

/** What a Redis says first when it is there but cannot do its work now, and what helps (Redis manual, "Errors"). */
const answers: Readonly<Record<string, string>> = {
  OOM: 'raise maxmemory of Redis: it is full, and the gate must not evict',
  MISCONF: 'Redis cannot write its snapshot: free space on its disk',
  READONLY: 'connect to the primary: this is a replica',
  LOADING: 'Redis reads its data from disk; wait',
  BUSY: 'a script of somebody else blocks Redis',
  MASTERDOWN: 'this replica has lost its primary',
  CLUSTERDOWN: 'a shard of the Cluster has no primary',
  TRYAGAIN: 'a slot of the Cluster is being moved; wait',
  NOREPLICAS: 'min-replicas-to-write of Redis cannot be met',
  NOAUTH: 'set the password of Redis',
  WRONGPASS: 'set the right user and password of Redis',
  NOPERM: 'let the user of Redis run EVAL and EVALSHA on fluxgate:*',
};

/**
 * What an error of ioredis means in our words. `gate_unreachable`: nobody answered, or the one who did cannot do it now; what
 * became of the call is unknown. `fault`: Redis refused the script itself, which is a defect of ours.
 */
export function redisFault(error: unknown, address: string): FluxError {
  if (error instanceof FluxError) return error;
  const message = error instanceof Error ? error.message : String(error);
  const isReply = error instanceof Error && error.name === 'ReplyError';
  if (!isReply) {
    return new FluxError('gate_unreachable', `Redis at ${address} did not answer: ${message}`, {
      hint: 'fluxgate stack status',
      cause: error,
    });
  }
  const hint = answers[prefixOf(message)];
  if (hint === undefined) return new FluxError('fault', `Redis refused a script: ${message}`, { cause: error });
  return new FluxError('gate_unreachable', `Redis at ${address} refuses: ${message}`, { hint, cause: error });
}

/** Whether Redis does not know the script (any more): it forgets them at every start. */
export function isScriptUnknown(error: unknown): boolean {
  return error instanceof Error && prefixOf(error.message) === 'NOSCRIPT';
}

/** The first word in capitals, behind the `ERR` or `-` that some versions put before a script's own error. */
function prefixOf(message: string): string {
  return /^(?:ERR )?-?([A-Z]+)\b/.exec(message)?.[1] ?? '';
}
