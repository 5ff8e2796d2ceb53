-- The ledger. Nothing here rules out CockroachDB: no triggers, no extensions, and no foreign keys on the hot path
-- (they are checked a row at a time). Times are timestamptz; money is minor units in bigint.

create table sales (
  sale_id text primary key,
  merchant_id text not null default 'main',
  -- of the configuration: raised by one with each change
  version integer not null,
  state text not null,
  opens_at timestamptz,
  closes_at timestamptz,
  confirmation text not null,
  hold_seconds integer not null,
  -- orders admitted a second; null admits everybody
  admission_rate double precision,
  -- 64 hex digits; makes order ids; never shown, never rotated
  order_id_secret text not null,
  -- where the waiting room stood at its last checkpoint: admitted up to, and the last place given out
  room_admitted_epoch integer,
  room_admitted_counter bigint,
  room_last_epoch integer,
  room_last_counter bigint,
  created_at timestamptz not null default now(),
  constraint sales_state check (state in ('scheduled', 'open', 'paused', 'closed')),
  constraint sales_confirmation check (confirmation in ('on_record', 'explicit'))
);

create table products (
  sale_id text not null references sales,
  product_id text not null,
  total integer not null default 0,
  -- of total alone: the gate takes a new total only with a newer one
  total_version integer not null default 0,
  held integer not null default 0,
  sold integer not null default 0,
  -- of the row: every write raises it, optimistic writers compare it
  version bigint not null default 0,
  limit_per_user integer,
  price_minor bigint not null,
  currency text not null,
  -- where the product stands in the sale's list
  position integer not null,
  primary key (sale_id, product_id),
  -- the last line of defence
  constraint units_within_total check (held >= 0 and sold >= 0 and held + sold <= total)
) with (fillfactor = 50); -- updated with every batch: room for updates in place

-- One row an order. Its first state is told by the row itself: accepted at accepted_at and, in a sale that confirms on
-- record, confirmed at recorded_at. (Where only the id of a malformed record was readable, the row says so: user
-- 'unreadable', the id itself as key, currency XXX, no lines.) order_events has what came later only: an event for each recorded order would double
-- the writes of the hot path.
create table orders (
  order_id uuid primary key,
  -- 128 bits, kept as uuid: 16 bytes, half of its text
  request_hash uuid not null,
  accepted_at timestamptz not null,
  recorded_at timestamptz not null default clock_timestamp(),
  -- only of orders that wait for a confirmation
  expires_at timestamptz,
  epoch integer not null,
  confirmed_on_record boolean not null,
  sale_id text not null,
  state text not null,
  currency text not null,
  gate_id text not null,
  user_id text not null,
  idempotency_key text not null,
  -- the queue pass that it spent
  pass_id text
);

create index orders_awaiting on orders (expires_at) where state = 'accepted';
create index orders_passes on orders (sale_id) where pass_id is not null;

create table order_lines (
  order_id uuid not null,
  unit_price_minor bigint not null,
  quantity integer not null,
  product_id text not null,
  primary key (order_id, product_id),
  constraint order_lines_quantity check (quantity > 0)
);

create table order_events (
  order_id uuid not null,
  -- 1, 2, 3 ... within the order
  step smallint not null,
  state text not null,
  at timestamptz not null default clock_timestamp(),
  reason text,
  primary key (order_id, step)
);

create table pending_releases (
  order_id uuid primary key,
  sale_id text not null,
  since timestamptz not null default clock_timestamp()
);

create index pending_releases_sale on pending_releases (sale_id, since);

-- One number over all epochs of all sales, raised under the row's lock so that numbers become visible in their order:
-- a server that has seen 7 has seen 6. A sequence does not promise that.
create table epoch_counter (
  only_row boolean primary key default true check (only_row),
  number bigint not null
);

insert into epoch_counter (number) values (0);

create table gate_epochs (
  sale_id text not null references sales,
  gate_id text not null,
  epoch integer not null,
  number bigint not null unique,
  state text not null,
  reason text not null,
  taken_at timestamptz not null default clock_timestamp(),
  opened_at timestamptz,
  -- somebody met a wrong fence in this epoch
  reported text,
  primary key (sale_id, gate_id, epoch),
  constraint gate_epochs_state check (state in ('taken', 'open'))
);

-- The newest marker that the consumer of a partition has passed.
create table epoch_markers (
  partition integer not null,
  sale_id text not null,
  gate_id text not null,
  epoch integer not null,
  primary key (partition, sale_id, gate_id)
);

create table servers (
  server_id text primary key,
  highest_number bigint not null,
  seen_at timestamptz not null
);

-- A row stays when its lease is given up: tokens never repeat.
create table leases (
  name text primary key,
  holder text not null,
  token bigint not null,
  expires_at timestamptz not null
);

-- Lowerings that the gate has not decided yet. Raises are written to products at once.
create table stock_changes (
  sale_id text not null,
  product_id text not null,
  total integer not null,
  total_version integer not null,
  actor text not null,
  asked_at timestamptz not null default clock_timestamp(),
  primary key (sale_id, product_id)
);

create table signing_keys (
  key_id text primary key,
  secret text not null,
  made_at timestamptz not null default clock_timestamp()
);

create table dead_letters (
  id bigint generated by default as identity primary key,
  partition integer not null,
  log_offset bigint not null,
  order_id uuid,
  sale_id text,
  reason text not null,
  record bytea not null,
  stored_at timestamptz not null default clock_timestamp(),
  unique (partition, log_offset)
);

create table admin_events (
  id bigint generated by default as identity primary key,
  at timestamptz not null default clock_timestamp(),
  actor text not null,
  action text not null,
  subject text not null,
  before jsonb,
  after jsonb
);

-- How far the ledger itself has recorded each partition. `record` locks the row: transactions of one partition exclude each other.
create table log_positions (
  group_id text not null,
  partition integer not null,
  next_offset bigint not null,
  primary key (group_id, partition)
) with (fillfactor = 50);
