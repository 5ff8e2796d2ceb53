#!lua flags=allow-oom
-- release: gives the units of orders back, once an id; the ids stay known as ended. Unknown and ended ids do nothing.
-- KEYS  1 fence  2 stock  3 orders  4 buyers  5 outbox
-- ARGV  1 epoch  2 releases
--       releases: MessagePack, flat, for each order: id (16 bytes), user, number of lines, then product and quantity of each line
-- OUT   rebuilding | released
if not stands(KEYS[1], ARGV[1], 'open') then return { 'rebuilding' } end
local releases = cmsgpack.unpack(ARGV[2])
local at, past = 1, #releases
while at <= past do
  local id, user, lines = releases[at], releases[at + 1], releases[at + 2]
  local order = redis.call('HGET', KEYS[3], id)
  if order and string.byte(order) ~= 101 then
    redis.call('HSET', KEYS[3], id, 'e' .. string.sub(order, 2, 17))
    redis.call('ZREM', KEYS[5], id)
    for line = 1, lines do
      local product, quantity = releases[at + 1 + 2 * line], releases[at + 2 + 2 * line]
      redis.call('HINCRBY', KEYS[2], product, quantity)
      local buyer = user .. '\0' .. product
      if redis.call('HINCRBY', KEYS[4], buyer, -quantity) <= 0 then redis.call('HDEL', KEYS[4], buyer) end
    end
  end
  at = at + 3 + 2 * lines
end
return { 'released' }
