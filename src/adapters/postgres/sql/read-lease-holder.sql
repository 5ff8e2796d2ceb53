-- Who holds a lease that has not run out.
-- IN  1 name
-- OUT holder; no row where nobody does
select holder from leases where name = $1::text and expires_at > clock_timestamp();
