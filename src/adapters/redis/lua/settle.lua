#!lua flags=allow-oom
-- settle: drops orders from the outbox; they stay known. Unknown, settled and ended ids do nothing.
-- KEYS  1 fence  2 orders  3 outbox
-- ARGV  1 epoch  2 orderIds
--       orderIds: 16 bytes each, one behind the other
-- OUT   rebuilding | settled
if not stands(KEYS[1], ARGV[1], 'open') then return { 'rebuilding' } end
local ids = {}
for first = 1, #ARGV[2], 16 do ids[#ids + 1] = string.sub(ARGV[2], first, first + 15) end
local known = call_with('HMGET', KEYS[2], ids)
local settled, orders = {}, {}
for n, id in ipairs(ids) do
  local order = known[n]
  if order and string.byte(order) == 117 then
    settled[#settled + 1] = id
    orders[#orders + 1] = id
    orders[#orders + 1] = 's' .. string.sub(order, 2, 17)
  end
end
call_with('HSET', KEYS[2], orders)
call_with('ZREM', KEYS[3], settled)
return { 'settled' }
