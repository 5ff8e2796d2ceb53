import { FluxError } from '../../engine/domain/flux-error.ts';
import type { RedisAddress } from './redis-address.ts';

/** Scripts with flags (`#!lua`) and `INFO` inside scripts as the fence needs them. Valkey counts by its `redis_version`. */
const oldestVersion = 7;

/** `redis_mode` of INFO where the topology is what the settings say. A Sentinel leads to a primary that stands alone. */
const modes = { single: 'standalone', sentinel: 'standalone', cluster: 'cluster' } as const;
const topologyOfMode: Readonly<Record<string, RedisAddress['topology']>> = {
  standalone: 'single',
  sentinel: 'sentinel',
  cluster: 'cluster',
};

/**
 * What makes this Redis no gate, from its own INFO (sections server and memory); null where nothing does. INFO, not CONFIG:
 * managed services forbid the latter.
 *
 * A `config_invalid` names the setting and what mends it. What INFO does not say is not held against it.
 */
export function unsafeSetting(info: string, topology: RedisAddress['topology'], named: string): FluxError | null {
  const field = (name: string): string | undefined => new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(info)?.[1];
  const cli = `redis-cli -p ${field('tcp_port') ?? '<port>'}`;

  const mode = field('redis_mode');
  if (mode !== undefined && mode !== modes[topology]) {
    const other = topologyOfMode[mode] ?? mode;
    return refusal(
      `Redis at ${named} is ${nameOf(mode)}, and redis.topology says ${topology}`,
      `redis.topology: ${other}`,
    );
  }
  const version = field('redis_version');
  if (version !== undefined && Number.parseInt(version, 10) < oldestVersion) {
    return refusal(
      `Redis at ${named} is ${version}: the gate's scripts need Redis ${oldestVersion} or Valkey`,
      'name a newer one in redis.nodes; fluxgate stack up brings one for development',
    );
  }
  const policy = field('maxmemory_policy');
  if (policy !== undefined && policy !== 'noeviction') {
    return refusal(
      `Redis at ${named} has maxmemory-policy ${policy}: it would throw away orders of the gate when it is full`,
      `${cli} config set maxmemory-policy noeviction, and the same line in its redis.conf`,
    );
  }
  return null;
}

function nameOf(mode: string): string {
  return mode === 'standalone' ? 'one that stands alone' : `a ${mode[0]?.toUpperCase()}${mode.slice(1)}`;
}

function refusal(message: string, hint: string): FluxError {
  return new FluxError('config_invalid', message, { hint });
}
