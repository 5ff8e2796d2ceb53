-- Moves a partition's position on; never back.
-- IN  1 group id  2 partition  3 next offset
-- OUT none
update log_positions set next_offset = greatest(next_offset, $3::bigint)
where group_id = $1::text and partition = $2::integer;
