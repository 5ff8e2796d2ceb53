-- Partitions whose consumer has passed a marker. A newer one counts too: an older epoch can no longer open.
-- IN  1 sale id  2 gate id  3 epoch
-- OUT partition
select partition from epoch_markers
where sale_id = $1::text and gate_id = $2::text and epoch >= $3::integer order by partition;
