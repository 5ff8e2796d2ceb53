-- Remembers what an operator did.
-- IN  1 actor  2 action  3 subject  4 before (json or null)  5 after (json or null)
-- OUT none
insert into admin_events (actor, action, subject, before, after)
values ($1::text, $2::text, $3::text, $4::jsonb, $5::jsonb);
