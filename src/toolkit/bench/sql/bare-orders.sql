-- Writes orders as insert-orders.sql of the ledger does, but looks for no repeats and says nothing of what it wrote.
-- IN  1 order ids  2 request hashes  3 accepted at (ms)  4 epochs  5 sale ids  6 gate ids  7 currencies  8 user ids
--     9 idempotency keys
-- OUT none
insert into orders (order_id, request_hash, accepted_at, epoch, sale_id, gate_id, currency, user_id, idempotency_key,
  confirmed_on_record, state)
select order_id, request_hash, to_timestamp(accepted_ms / 1000), epoch, sale_id, gate_id, currency, user_id,
  idempotency_key, true, 'confirmed'
from unnest($1::uuid[], $2::uuid[], $3::float8[], $4::integer[], $5::text[], $6::text[], $7::text[], $8::text[],
  $9::text[])
  as given (order_id, request_hash, accepted_ms, epoch, sale_id, gate_id, currency, user_id, idempotency_key);
