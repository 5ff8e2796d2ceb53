#!lua flags=no-writes
-- stock: the units of every product.
-- KEYS  1 fence  2 stock  3 totals
-- ARGV  1 epoch
-- OUT   rebuilding | stock, then for each product: id, free, `total version`
if not stands(KEYS[1], ARGV[1], 'open') then return { 'rebuilding' } end
local reply = { 'stock' }
local free = redis.call('HGETALL', KEYS[2])
for at = 1, #free, 2 do
  local n = #reply
  reply[n + 1], reply[n + 2] = free[at], free[at + 1]
  reply[n + 3] = redis.call('HGET', KEYS[3], free[at]) or '0 0'
end
return reply
