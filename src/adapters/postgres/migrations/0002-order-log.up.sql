-- The order log of the embedded mode. Offsets of a partition are given under the lock of its row, so that a reader
-- never passes a commit that is still to come.

create table order_log_partitions (
  partition integer primary key,
  -- the offset that the next record gets
  next_offset bigint not null default 0
) with (fillfactor = 50);

create table order_log (
  partition integer not null,
  log_offset bigint not null,
  -- 0 order, 1 marker
  kind smallint not null,
  order_id uuid,
  record bytea not null,
  appended_at timestamptz not null default now(),
  primary key (partition, log_offset)
) partition by hash (partition);

-- By hash, so that nobody has to know here how many partitions the log has.
create table order_log_0 partition of order_log for values with (modulus 4, remainder 0);
create table order_log_1 partition of order_log for values with (modulus 4, remainder 1);
create table order_log_2 partition of order_log for values with (modulus 4, remainder 2);
create table order_log_3 partition of order_log for values with (modulus 4, remainder 3);

create table order_log_offsets (
  group_id text not null,
  partition integer not null,
  next_offset bigint not null,
  primary key (group_id, partition)
) with (fillfactor = 50);
