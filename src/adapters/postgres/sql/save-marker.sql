-- Remembers that the consumer of a partition has passed a marker.
-- IN  1 partition  2 sale id  3 gate id  4 epoch
-- OUT none
insert into epoch_markers (partition, sale_id, gate_id, epoch) values ($1::integer, $2::text, $3::text, $4::integer)
on conflict (partition, sale_id, gate_id) do update set epoch = greatest(epoch_markers.epoch, excluded.epoch);
