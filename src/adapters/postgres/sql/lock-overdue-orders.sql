-- Locks accepted orders whose deadline has passed by the database's clock, oldest first; those that somebody else has
-- locked are left for the next time.
-- IN  1 limit
-- OUT order_id, sale_id
select order_id, sale_id from orders
where state = 'accepted' and expires_at <= clock_timestamp()
order by expires_at limit $1::integer for update skip locked;
