import { Cluster, Redis } from 'ioredis';
import type { RedisAddress, RedisNode } from './redis-address.ts';
import { watchSentinels } from './watch-sentinels.ts';

/** The connections to a Redis of any topology. */
export interface RedisClient {
  /** Sends one command, on a Cluster to the node of its keys. Fails at once where there is no connection. */
  send(command: string, ...words: (string | number | Buffer)[]): Promise<unknown>;
  /** The connections to primaries; empty as long as the nodes of a Cluster are not known. */
  primaries(): readonly Redis[];
  close(): void;
}

export interface ClientListeners {
  /** Once for each connection that is made for commands; `named` is for people. */
  readonly onNode: (node: Redis, named: string) => void;
  /** Why there is no connection, as far as it is known. */
  readonly onFault: (error: unknown) => void;
}

const connectTimeoutMs = 2_000;
/** Between two attempts to connect: a promoted Redis is found within this, and a dead one is not besieged. */
const longestRetryMs = 500;
/** A peer that stands still does not say goodbye. */
const disconnectTimeoutMs = 100;

const retryMs = (times: number): number => Math.min(50 * times, longestRetryMs);

/**
 * Connects in the background and for ever again. While there is no connection a call fails at once, and so does one that its
 * connection is lost under: ioredis neither queues nor repeats, because a hold that runs after its caller has given up takes
 * units for nobody.
 */
export function openClient(address: RedisAddress, commandTimeoutMs: number, listeners: ClientListeners): RedisClient {
  const options = sharedOptions(address, commandTimeoutMs);
  switch (address.topology) {
    case 'single':
      return openSingle(address, options, listeners);
    case 'sentinel':
      return openSentinel(address, options, listeners);
    case 'cluster':
      return openCluster(address, options, listeners);
    default:
      return address.topology satisfies never;
  }
}

/** How an address is called in what people read. */
export function nameOf({ topology, nodes, primaryName }: RedisAddress): string {
  const all = nodes.map(nameOfNode).join(', ');
  return topology === 'sentinel' ? `${all} (Sentinels of ${primaryName ?? defaultPrimaryName})` : all;
}

/** What every connection for commands is opened with. */
function sharedOptions(address: RedisAddress, commandTimeoutMs: number) {
  return {
    ...secrets(address),
    protocol: 2 as const,
    commandTimeout: commandTimeoutMs,
    connectTimeout: connectTimeoutMs,
    disconnectTimeout: disconnectTimeoutMs,
    // A connection on which a call was not answered, nor anything else for as long again, leads nowhere: behind a line that
    // was cut nobody says so for a quarter of an hour.
    socketTimeout: 2 * commandTimeoutMs,
    maxRetriesPerRequest: 0,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    retryStrategy: retryMs,
    // 1: connect anew and do not send again. A primary that became a replica is not the gate any more.
    reconnectOnError: (error: Error): 1 | false => (error.message.includes('READONLY') ? 1 : false),
  };
}
type SharedOptions = ReturnType<typeof sharedOptions>;

const nameOfNode = ({ host, port }: RedisNode): string => `${host}:${port}`;
const defaultPrimaryName = 'fluxgate';

function secrets({ username, password, tls }: RedisAddress) {
  return {
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    ...(tls === undefined ? {} : { tls: tlsOptions(tls) }),
  };
}

function tlsOptions({ ca, serverName }: NonNullable<RedisAddress['tls']>) {
  return { ...(ca === undefined ? {} : { ca }), ...(serverName === undefined ? {} : { servername: serverName }) };
}

function openSingle(address: RedisAddress, options: SharedOptions, { onNode, onFault }: ClientListeners): RedisClient {
  const [node] = address.nodes;
  const redis = new Redis({ ...options, ...node });
  redis.on('error', onFault);
  onNode(redis, nameOf(address));
  return { send: sender(redis), primaries: () => [redis], close: () => redis.disconnect() };
}

/** ioredis asks the Sentinels at each attempt to connect and takes nobody whose role is not that of a primary. */
function openSentinel(
  address: RedisAddress,
  options: SharedOptions,
  { onNode, onFault }: ClientListeners,
): RedisClient {
  const { nodes, primaryName = defaultPrimaryName, sentinelUsername, sentinelPassword, tls } = address;
  const redis = new Redis({
    ...options,
    sentinels: nodes.map(({ host, port }) => ({ host, port })),
    name: primaryName,
    role: 'master',
    ...(sentinelUsername === undefined ? {} : { sentinelUsername }),
    ...(sentinelPassword === undefined ? {} : { sentinelPassword }),
    ...(tls === undefined ? {} : { enableTLSForSentinelMode: true, sentinelTLS: tlsOptions(tls) }),
    sentinelRetryStrategy: retryMs,
    sentinelCommandTimeout: connectTimeoutMs,
  });
  // 'error' says that no Sentinel led to a primary, 'sentinelError' why.
  redis.on('error', (error: Error) => error.message.startsWith('All sentinels are unreachable') || onFault(error));
  redis.on('sentinelError', onFault);
  onNode(redis, nameOf(address));
  let isOutdated = false;
  const connectAnew = (): void => {
    isOutdated = redis.status !== 'ready';
    // In the middle of connecting it cannot be cut without ending for good.
    if (!isOutdated) redis.disconnect(true);
  };
  redis.on('ready', () => {
    if (isOutdated) connectAnew();
  });
  const watch = watchSentinels(
    {
      nodes,
      primaryName,
      options: {
        ...(sentinelUsername === undefined ? {} : { username: sentinelUsername }),
        ...(sentinelPassword === undefined ? {} : { password: sentinelPassword }),
        ...(tls === undefined ? {} : { tls: tlsOptions(tls) }),
        connectTimeout: connectTimeoutMs,
        disconnectTimeout: disconnectTimeoutMs,
        retryStrategy: retryMs,
      },
    },
    connectAnew,
  );
  return {
    send: sender(redis),
    primaries: () => [redis],
    close() {
      watch.close();
      redis.disconnect();
    },
  };
}

function openCluster(address: RedisAddress, options: SharedOptions, { onNode, onFault }: ClientListeners): RedisClient {
  const cluster = new Cluster([...address.nodes], {
    redisOptions: options,
    enableOfflineQueue: false,
    // Its own check asks a node that may not be connected yet; ours looks at each of them.
    enableReadyCheck: false,
    clusterRetryStrategy: retryMs,
    // 0: what was sent to a node that went away, or that has lost its Cluster, is not sent again.
    retryDelayOnFailover: 0,
    retryDelayOnClusterDown: 0,
    slotsRefreshTimeout: connectTimeoutMs,
    // The name, not the address behind it: certificates are made out to it.
    dnsLookup: (host, found) => found(null, host),
  });
  cluster.on('error', onFault);
  cluster.on('node error', onFault);
  cluster.on('+node', (node: Redis) => {
    onNode(node, nameOfNode({ host: node.options.host ?? '', port: node.options.port ?? 0 }));
    // Otherwise its first command would wait in a queue while it connects.
    if (node.status === 'wait') node.connect().catch(onFault);
  });
  return { send: sender(cluster), primaries: () => cluster.nodes('master'), close: () => cluster.disconnect() };
}

function sender(client: Redis | Cluster): RedisClient['send'] {
  return (command, ...words) => client.callBuffer(command, ...words);
}
