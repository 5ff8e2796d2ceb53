-- The newest epoch of a sale at a gate.
-- IN  1 sale id  2 gate id
-- OUT epoch; no row before the first
select epoch from gate_epochs where sale_id = $1::text and gate_id = $2::text order by epoch desc limit 1;
