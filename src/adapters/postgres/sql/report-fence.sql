-- Somebody met a wrong fence: counts only for the newest epoch, and only if it is open. The first reason stays.
-- IN  1 sale id  2 gate id  3 epoch  4 reason
-- OUT none; the row count says whether it counted
update gate_epochs set reported = coalesce(reported, $4::text)
where sale_id = $1::text and gate_id = $2::text and epoch = $3::integer and state = 'open'
  and epoch = (select max(epoch) from gate_epochs where sale_id = $1::text and gate_id = $2::text);
