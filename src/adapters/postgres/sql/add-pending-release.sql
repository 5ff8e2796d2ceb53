-- Owes the gate a release; once an order.
-- IN  1 order ids  2 sale ids
-- OUT none
insert into pending_releases (order_id, sale_id) select * from unnest($1::uuid[], $2::text[])
on conflict (order_id) do nothing;
