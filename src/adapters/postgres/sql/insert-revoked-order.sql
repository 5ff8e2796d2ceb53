-- Writes an order that could not be recorded; it holds no units. What is there already stays as it is.
-- IN  1 order id  2 request hash  3 accepted at (ms; null: now)  4 hold until (ms or null)  5 epoch (null: the newest)  6 sale id  7 gate id
--     8 currency  9 user id  10 idempotency key  11 pass id (or null)  12 reason
-- OUT none; the row count says whether it was written
with revoked as (
  insert into orders (order_id, request_hash, accepted_at, expires_at, epoch, sale_id, gate_id, currency, user_id,
    idempotency_key, pass_id, confirmed_on_record, state)
  values ($1::uuid, $2::uuid, coalesce(to_timestamp($3::float8 / 1000), clock_timestamp()), to_timestamp($4::float8 / 1000),
    coalesce($5::integer, (select max(epoch) from gate_epochs where sale_id = $6::text and gate_id = $7::text), 1), $6::text,
    $7::text, $8::text, $9::text, $10::text, $11::text, false, 'revoked')
  on conflict (order_id) do nothing
  returning order_id
)
insert into order_events (order_id, step, state, reason) select order_id, 1, 'revoked', $12::text from revoked;
