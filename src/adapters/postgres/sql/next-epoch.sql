-- Takes the next epoch of a sale at a gate.
-- IN  1 sale id  2 gate id  3 number  4 reason
-- OUT epoch; no row where there is no such sale
insert into gate_epochs (sale_id, gate_id, epoch, number, state, reason)
select $1::text, $2::text,
  1 + coalesce((select max(epoch) from gate_epochs where sale_id = $1::text and gate_id = $2::text), 0),
  $3::bigint, 'taken', $4::text
from sales where sales.sale_id = $1::text
returning epoch;
