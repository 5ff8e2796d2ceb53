-- A server stops in order, or somebody has seen its row as it is for so long that it is dead: not if it has renewed meanwhile.
-- IN  1 server id
--     2 the row's renewal (server-rows.sql), null for whatever it is
-- OUT none
delete from servers
where server_id = $1::text
  and ($2::text is null or xmin::text = $2::text);
