-- Writes orders that are not there yet. The arrays run side by side, sorted by order id, so that two transactions with
-- the same orders wait for each other and never deadlock. An order without a deadline is confirmed by being recorded.
-- IN  1 order ids  2 request hashes  3 accepted at (ms)  4 hold until (ms or null)  5 epochs  6 sale ids  7 gate ids
--     8 currencies  9 user ids  10 idempotency keys  11 pass ids (or null)
-- OUT one row: inserted (how many), ids (which; null where it was all of them)
with inserted as (
  insert into orders (order_id, request_hash, accepted_at, expires_at, epoch, sale_id, gate_id, currency, user_id,
    idempotency_key, pass_id, confirmed_on_record, state)
  select order_id, request_hash, to_timestamp(accepted_ms / 1000), to_timestamp(hold_until_ms / 1000),
    epoch, sale_id, gate_id, currency, user_id, idempotency_key, pass_id, hold_until_ms is null,
    case when hold_until_ms is null then 'confirmed' else 'accepted' end
  from unnest($1::uuid[], $2::uuid[], $3::float8[], $4::float8[], $5::integer[], $6::text[], $7::text[], $8::text[],
    $9::text[], $10::text[], $11::text[])
    as given (order_id, request_hash, accepted_ms, hold_until_ms, epoch, sale_id, gate_id, currency, user_id,
      idempotency_key, pass_id)
  on conflict (order_id) do nothing
  returning order_id
)
select count(*)::integer as inserted,
  case when count(*) < cardinality($1::uuid[]) then coalesce(array_agg(order_id::text), '{}') end as ids
from inserted;
