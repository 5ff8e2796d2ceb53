-- Forgets releases that the gate acknowledged, while the epoch is still the newest of the sale.
-- IN  1 sale id  2 epoch  3 order ids
-- OUT none
delete from pending_releases
where order_id = any ($3::uuid[]) and sale_id = $1::text
  and $2::integer = (select max(epoch) from gate_epochs where sale_id = $1::text and gate_id = 'main');
