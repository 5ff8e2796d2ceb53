-- Forgets a dead letter that was put back into the log, and remembers who did it.
-- IN  1 id  2 actor
-- OUT none
with removed as (
  delete from dead_letters where id = $1::bigint returning partition, log_offset, order_id, sale_id, reason
)
insert into admin_events (actor, action, subject, before)
select $2::text, 'dead_letter_removed', $1::bigint::text, to_jsonb(removed) from removed;
