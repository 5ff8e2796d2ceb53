-- Opens an epoch, while it is the newest; opening it again changes nothing.
-- IN  1 sale id  2 gate id  3 epoch
-- OUT none; the row count says whether it is open
update gate_epochs set state = 'open', opened_at = coalesce(opened_at, clock_timestamp())
where sale_id = $1::text and gate_id = $2::text and epoch = $3::integer
  and epoch = (select max(epoch) from gate_epochs where sale_id = $1::text and gate_id = $2::text);
