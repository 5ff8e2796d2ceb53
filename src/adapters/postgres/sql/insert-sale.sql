-- Makes a sale; the rest of its configuration is written by save-sale.
-- IN  1 sale id  2 secret
-- OUT none; the row count says whether it is new
insert into sales (sale_id, version, state, confirmation, hold_seconds, order_id_secret)
values ($1::text, 0, 'scheduled', 'on_record', 1, $2::text) on conflict (sale_id) do nothing;
