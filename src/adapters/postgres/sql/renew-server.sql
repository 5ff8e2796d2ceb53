-- Renews a server's row.
-- IN  1 server id  2 highest epoch number that it has seen
-- OUT none
insert into servers (server_id, highest_number, seen_at) values ($1::text, $2::bigint, clock_timestamp())
on conflict (server_id) do update set highest_number = excluded.highest_number, seen_at = excluded.seen_at;
