-- Keeps a record that could not be read, once a partition and offset.
-- IN  1 partition  2 offset  3 order id (or null)  4 sale id (or null)  5 reason  6 record
-- OUT none
insert into dead_letters (partition, log_offset, order_id, sale_id, reason, record)
values ($1::integer, $2::bigint, $3::uuid, $4::text, $5::text, $6::bytea)
on conflict (partition, log_offset) do nothing;
