/** What an embedded PostgreSQL is used for. */
export interface PostgresUse {
  /** Gives durability up, for data that nobody will miss. */
  readonly throwaway?: boolean;
  readonly maxConnections?: number;
}

/** Two processes of ours (serve and verify) with a pool each, and a few for people. */
const maxConnections = 40;

/**
 * Settings of the embedded PostgreSQL, given at every start so that a newer Flux-Gate brings newer ones.
 * Durable: what was answered 200 is on the disk. Sized for one machine that also runs everything else.
 */
export function serverSettings(port: number, use: PostgresUse = {}): readonly string[] {
  const settings = {
    port,
    listen_addresses: '127.0.0.1',
    // Sockets have a limit on the length of their path; the loopback has none.
    unix_socket_directories: '',
    max_connections: use.maxConnections ?? maxConnections,

    fsync: use.throwaway ? 'off' : 'on',
    synchronous_commit: 'on',
    full_page_writes: 'on',
    // Nobody replicates from it: less to write.
    wal_level: 'minimal',
    max_wal_senders: 0,
    wal_buffers: '16MB',
    // Fewer checkpoints during a sale; bounds what a start after a crash has to read again.
    max_wal_size: '1GB',
    min_wal_size: '256MB',

    shared_buffers: '128MB',
    work_mem: '16MB',
    maintenance_work_mem: '64MB',
    effective_cache_size: '1GB',
    random_page_cost: 1.1,
    // Statements are short and prepared: compiling them costs more than it saves.
    jit: 'off',
    // In files: /dev/shm of a container is often too small for a parallel query.
    dynamic_shared_memory_type: 'mmap',

    timezone: 'UTC',
    log_timezone: 'UTC',
    lc_messages: 'C',
    log_line_prefix: '%m [%p] ',
    // A refused CHECK is an outcome here, not news.
    log_min_messages: 'warning',
    log_min_error_statement: 'panic',
    log_checkpoints: 'off',
    logging_collector: 'off',
  };
  return Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}
